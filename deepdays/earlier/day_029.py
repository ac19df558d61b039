"""Day 29, Optimisers II: AdaGrad to AdamW: the reference answers.

Written by `deepdays build` from solutions/day_029_optimizers_adaptive.py; change that file instead.
"""

import numpy as np
def as_param(value, param):
    """A value as an array in param's dtype (no copy if it is one already); ValueError if its shape is another."""
    value = np.asarray(value, dtype=param.dtype)
    if value.shape != param.shape:
        raise ValueError(f"param has shape {param.shape}. Received: shape {value.shape}")
    return value

__all__ = [
    "adagrad_step",
    "adam_step",
    "adamw_step",
    "rmsprop_step",
    "yogi_step",
]


def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    """One step of AdaGrad (Duchi, Hazan and Singer 2011).

    Args:
        param: parameters, float array of any shape, () and (0,) included; left unchanged.
        grad: their gradient, array of that shape, of floats or ints of any dtype; left unchanged. Its squares are no
            larger than param's dtype can hold.
        state: dict, empty before the first step, then what the previous step returned; left unchanged.
        learning_rate: a number >= 0; it may differ from step to step.
        initial_accumulator: what every entry of the accumulator starts at, a number >= 0.
        epsilon: a number > 0.
        epsilon_inside: whether epsilon is added to the accumulator (Keras) or to its root (the paper, PyTorch).

    Returns:
        (new_param, new_state): the parameters after the step, in the shape and dtype of param, and a new dict
        {"step": number of steps so far, an int, "accumulator": array in the shape and dtype of param}.

    Raises:
        ValueError: grad has another shape than param. About 5 lines.
    """
    grad = as_param(grad, param)
    accumulator = as_param(state.get("accumulator", initial_accumulator) + grad**2, param)
    root = np.sqrt(accumulator + epsilon) if epsilon_inside else np.sqrt(accumulator) + epsilon
    new_param = as_param(param - learning_rate * grad / root, param)
    return new_param, {"step": state.get("step", 0) + 1, "accumulator": accumulator}


def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    """One step of RMSProp (Tieleman and Hinton 2012), without bias correction.

    Args:
        param, grad, state: as for adagrad_step.
        learning_rate: a number >= 0; it may differ from step to step.
        rho: weight of the past, 0 <= rho < 1.
        epsilon: a number > 0.
        epsilon_inside: whether epsilon is added to the second moment (Keras) or to its root (PyTorch).

    Returns:
        (new_param, new_state) as from adagrad_step, with "second_moment" in place of "accumulator"; before the first
        step it is 0.

    Raises:
        ValueError: grad has another shape than param. About 5 lines.
    """
    grad = as_param(grad, param)
    second = as_param(rho * state.get("second_moment", 0.0) + (1 - rho) * grad**2, param)
    root = np.sqrt(second + epsilon) if epsilon_inside else np.sqrt(second) + epsilon
    new_param = as_param(param - learning_rate * grad / root, param)
    return new_param, {"step": state.get("step", 0) + 1, "second_moment": second}


def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    """One step of Adam (Kingma and Ba 2015).

    Args:
        param, grad, state: as for adagrad_step.
        learning_rate: a number >= 0; it may differ from step to step.
        beta_1, beta_2: weights of the past in the first and the second moment, at least 0 and less than 1.
        epsilon: a number > 0.
        epsilon_corrected: whether epsilon is added to the root of the corrected second moment (the paper's algorithm,
            PyTorch) or to that of the uncorrected one (Keras).

    Returns:
        (new_param, new_state): the parameters after the step, in the shape and dtype of param, and a new dict
        {"step": number of steps so far, an int, "first_moment": array, "second_moment": array}, the moments uncorrected
        and in the shape and dtype of param. Before the first step both are 0.

    Raises:
        ValueError: grad has another shape than param. About 8 lines.
    """
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    first = as_param(beta_1 * state.get("first_moment", 0.0) + (1 - beta_1) * grad, param)
    second = as_param(beta_2 * state.get("second_moment", 0.0) + (1 - beta_2) * grad**2, param)
    weight = np.sqrt(1 - beta_2**steps)
    root = np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
    new_param = as_param(param - learning_rate * first / (1 - beta_1**steps) / root, param)
    return new_param, {"step": steps, "first_moment": first, "second_moment": second}


def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    """One step of Adam with decoupled weight decay (Loshchilov and Hutter 2019).

    Args:
        param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected: as for adam_step. grad is the
            gradient of the loss without any penalty.
        weight_decay: strength of the decay, a number >= 0; it is multiplied by the learning rate.

    Returns:
        (new_param, new_state) as from adam_step; the state is just what Adam's would be.

    Raises:
        ValueError: grad has another shape than param. About 3 lines.
    """
    moved, new_state = adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)
    return as_param(moved - learning_rate * weight_decay * param, param), new_state


def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    """One step of Yogi (Zaheer, Reddi, Sachan, Kale and Kumar 2018), with Adam's bias corrections.

    Args:
        param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected: as for adam_step.
        initial_accumulator: what every entry of the second moment starts at, a number >= 0. The first moment starts
            at 0.

    Returns:
        (new_param, new_state) with the keys, shapes and dtypes of adam_step. The first moment, both corrections and the
        step are Adam's; the second moment moves by (1 - beta_2) times the squared gradient, towards that square, and
        stays where it is if it is there. About 9 lines.

    Raises:
        ValueError: grad has another shape than param.
    """
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    first = as_param(beta_1 * state.get("first_moment", 0.0) + (1 - beta_1) * grad, param)
    before = state.get("second_moment", np.full_like(param, initial_accumulator))
    second = as_param(before - (1 - beta_2) * np.sign(before - grad**2) * grad**2, param)
    weight = np.sqrt(1 - beta_2**steps)
    root = np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
    new_param = as_param(param - learning_rate * first / (1 - beta_1**steps) / root, param)
    return new_param, {"step": steps, "first_moment": first, "second_moment": second}
