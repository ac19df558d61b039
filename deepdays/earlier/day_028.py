"""Day 28, Optimisers I: mini-batches and momentum: the reference answers.

Written by `deepdays build` from solutions/day_028_optimizers_momentum.py; change that file instead.
"""

import numpy as np
def as_param(value, param):
    """A value as an array in param's dtype (no copy if it is one already); ValueError if its shape is another."""
    value = np.asarray(value, dtype=param.dtype)
    if value.shape != param.shape:
        raise ValueError(f"param has shape {param.shape}. Received: shape {value.shape}")
    return value

__all__ = [
    "ewma",
    "minimize",
    "momentum_step",
    "nesterov_step",
    "sgd_step",
]


def ewma(x, beta, bias_correction):
    """Exponentially weighted averages of a series, one after each observation.

    Args:
        x: observations in the order of time along the first axis, array of shape (T,) or (T, D), T >= 0, of floats or
            of ints of any dtype; left unchanged.
        beta: weight of the past, 0 <= beta < 1.
        bias_correction: whether to divide by the sum of the weights so far.

    Returns:
        Array of the shape of x: row t is the average after row t has come in. float32 if x is float32, else float64.

    Raises:
        ValueError: beta is not in that range. About 9 lines.
    """
    if not 0 <= beta < 1:
        raise ValueError(f"beta must be at least 0 and less than 1. Received: {beta}")
    averages = np.empty(x.shape, dtype=np.float32 if x.dtype == np.float32 else np.float64)
    average = np.zeros(x.shape[1:])
    for t, observation in enumerate(x.astype(np.float64)):
        average = beta * average + (1 - beta) * observation
        averages[t] = average / (1 - beta ** (t + 1)) if bias_correction else average
    return averages


def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    """One step of gradient descent, with a rate that falls with the number of steps.

    Args:
        param: parameters, float array of any shape, () and (0,) included; left unchanged.
        grad: their gradient, array of that shape, of floats or ints of any dtype; left unchanged.
        state: dict, empty before the first step, then what the previous step returned; left unchanged.
        learning_rate: the rate of the first step, a number >= 0.
        decay: after t steps the rate is learning_rate / (1 + decay * t), a number >= 0.

    Returns:
        (new_param, new_state): the parameters after the step, in the shape and dtype of param, whatever the dtypes of
        grad and learning_rate; and a new dict {"step": number of steps so far, this one included}, an int.

    Raises:
        ValueError: grad has another shape than param. About 3 lines.
    """
    t = state.get("step", 0)
    rate = learning_rate / (1 + decay * t)
    return as_param(param - rate * as_param(grad, param), param), {"step": t + 1}


def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    """One step of gradient descent with momentum, in Keras's formulation (Polyak 1964).

    Args:
        param, grad, state: as for sgd_step.
        learning_rate: a number >= 0; it may differ from step to step.
        momentum: weight of the past, 0 <= momentum < 1.

    Returns:
        (new_param, new_state): the parameters after the step, in the shape and dtype of param; and a new dict
        {"step": number of steps so far, "velocity": array in the shape and dtype of param}, whose velocity is the
        change that this step made. The velocity before the first step is 0.

    Raises:
        ValueError: grad has another shape than param. About 3 lines.
    """
    velocity = momentum * state.get("velocity", 0.0) - learning_rate * as_param(grad, param)
    velocity = as_param(velocity, param)
    return as_param(param + velocity, param), {"step": state.get("step", 0) + 1, "velocity": velocity}


def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    """One step of gradient descent with Nesterov's momentum, in Keras's formulation.

    Args:
        param, grad, state: as for sgd_step. param is the place looked at, where grad was taken.
        learning_rate: a number >= 0; it may differ from step to step.
        momentum: weight of the past, 0 <= momentum < 1.

    Returns:
        (new_param, new_state) as momentum_step returns them, with the same velocity as there; but the velocity is not
        the change that this step makes.

    Raises:
        ValueError: grad has another shape than param. About 4 lines.
    """
    grad = as_param(grad, param)
    velocity = as_param(momentum * state.get("velocity", 0.0) - learning_rate * grad, param)
    new_param = as_param(param + momentum * velocity - learning_rate * grad, param)
    return new_param, {"step": state.get("step", 0) + 1, "velocity": velocity}


def minimize(loss_and_grad, start, step, num_steps):
    """Take steps from a start, and keep every place and every loss.

    Args:
        loss_and_grad: function of an array in the shape of start that returns (loss, grad): a float, and an array in
            that shape.
        start: float array of any shape; left unchanged.
        step: function (param, grad, state) -> (new_param, new_state); the first state is empty.
        num_steps: int >= 0. All steps are taken, whatever the losses do.

    Returns:
        (path, losses): path is an array of shape (num_steps + 1,) + start.shape in the dtype of start, whose row t is
        the place after t steps; losses is a float array of shape (num_steps + 1,), the loss at each of them.
        loss_and_grad is called once for each place, in order, and step num_steps times. About 9 lines.
    """
    param, state = start, {}
    loss, grad = loss_and_grad(param)
    path, losses = [param], [loss]
    for _ in range(num_steps):
        param, state = step(param, grad, state)
        loss, grad = loss_and_grad(param)
        path.append(param)
        losses.append(loss)
    return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)
