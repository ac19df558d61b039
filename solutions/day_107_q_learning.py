# ---
# day: 107
# title: Q-learning
# week: 22
# minutes: 90
# backend: numpy
# needs: [106]
# data: []
# papers:
# - Watkins and Dayan 1992, Q-learning
# - Rummery and Niranjan 1994, On-line Q-learning using connectionist systems
# - Sutton 1988, Learning to predict by the methods of temporal differences
# - "Singh, Jaakkola, Littman and Szepesvári 2000, Convergence results for single-step on-policy
#   reinforcement-learning algorithms"
# - "Sutton and Barto 2018, Reinforcement learning: An introduction"
# ---

# %% [markdown]
# # Day 107 · Q-learning
#
# By the end you can let an agent learn good behaviour in a world whose rules nobody gives it, from nothing
# but what happens to it, and say what its curiosity costs.
#
# **You will build** the update of Q-learning and that of SARSA, a policy that explores, a schedule that
# explores less and less, and the loop that joins them. It learns to cross gymnasium's frozen lake about as
# often as the best policy that Day 106 computed with the rules in hand.
#
# **You need** Day 106: states, actions, rewards, the discount and the Bellman equation. **Not today:** more
# states than a table has room for (Day 108), and policies that are learned directly (Day 109). It takes
# about 90 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $S, A$ | number of states, number of actions | | |
# | $s, a$ | state and action of this step, counted from 0 | | `state`, `action` |
# | $r$ | the reward that came of it | | `reward` |
# | $p$ | probabilities of the next state, which only the yardstick knows | $(S, A, S)$ | `p_lake` |
# | $s', a'$ | the state reached, and the action chosen there | | `next_state`, `next_action` |
# | $Q$ | the Q-table: estimated value of each action in each state | $(S, A)$ | `q` |
# | $Q(s, \cdot)$ | its row for one state | $(A,)$ | `q_row` |
# | $\gamma$ | discount, from 0 to 1 | | `gamma` |
# | $\alpha$ | learning rate, above 0, at most 1 | | `learning_rate` |
# | $\delta$ | TD error: target minus estimate | | |
# | $\varepsilon$ | probability of a random action | | `epsilon` |
# | $\varepsilon_0, \varepsilon_1, \dots$ | one for each episode | $(\text{episodes},)$ | `epsilons` |
# | $D$ | episodes until $\varepsilon$ stops falling | | `decay_episodes` |
# | $u_i$ | share of the decay that is done before episode $i$ | | |

# %% setup
import functools
import types

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## A world without a rule book
#
# Value iteration (Day 106) reads the transition probabilities $p$ and the rewards $r$ from arrays and never
# sets foot in the world. A robot on a new floor has no such arrays. It can do one thing: act, and see what
# comes of it. Methods that need no $p$ and no $r$ are called **model-free**.
#
# What remains of the world is two functions. gymnasium gives every environment the same two:
#
# - `state, info = env.reset(seed=...)` starts an episode. A seed restarts the environment's random numbers.
# - `next_state, reward, terminated, truncated, info = env.step(action)` takes one step.
#
# An episode can be over for two reasons, and telling them apart matters all day. **Terminated**: the world
# ended; the goal is reached, or the ice broke. There is no future, so its value is 0. **Truncated**: time
# ran out. Somebody stopped the clock in a state that did have a future.
#
# Here is the lake: 16 squares, S the start, H holes, G the goal, which pays 1. Nothing else pays. The ice is
# slippery: a step goes where you steer with probability $\frac13$, and to either side of that with
# probability $\frac13$ each. The agent knows none of this. How far does it get by chance?

# %% demo
import gymnasium as gym

lake = gym.make("FrozenLake-v1")
print("\n".join(" ".join(letter.decode() for letter in row) for row in lake.unwrapped.desc))

chance = np.random.default_rng(0)
num_steps, num_successes = 0, 0
for walk in range(1000):
    lake.reset(seed=0 if walk == 0 else None)
    over = False
    while not over:
        _, reward, terminated, truncated, _ = lake.step(int(chance.integers(4)))
        over = terminated or truncated
        num_successes += reward
        num_steps += 1
print(f"{num_successes:.0f} of 1000 random walks reach the goal, in {num_steps} steps")

# %% [markdown]
# One or two in a hundred. Whatever the agent is going to learn about the goal, it must learn from those few.
#
# For experiments we also want worlds small enough to check by hand. `TableEnv` makes one from three arrays
# of shape $(S, A)$: where an action leads, what it pays and whether it ends the episode. It has gymnasium's two
# functions and the sizes of its two spaces, and needs nothing else. The rest of the cell serves the tests: a
# lottery, whose rewards come from the environment's own random numbers, and a function that is given a generator of
# its own.


# %% fixture
class TableEnv:
    """A world without chance, given by three (S, A) arrays: next state, reward, and whether the episode ends."""

    def __init__(self, next_states, rewards, terminal, start=0, max_steps=100):
        self.next_states, self.rewards, self.terminal = next_states, rewards, terminal
        self.start, self.max_steps = start, max_steps
        self.observation_space, self.action_space = (types.SimpleNamespace(n=n) for n in np.array(next_states.shape))
        self.over = True

    def reset(self, *, seed=None, options=None):
        self.state, self.steps, self.over = self.start, 0, False
        return self.state, {}

    def step(self, action):
        if self.over:
            raise RuntimeError("the episode is over: reset the environment before the next step")
        reward, terminated = self.rewards[self.state, action], bool(self.terminal[self.state, action])
        self.state, self.steps = int(self.next_states[self.state, action]), self.steps + 1
        truncated = self.steps >= self.max_steps
        self.over = terminated or truncated
        return self.state, float(reward), terminated, truncated, {}


class LotteryEnv:
    """One state, one action, one step: the reward is drawn from the environment's own random numbers."""

    observation_space = action_space = types.SimpleNamespace(n=1)

    def __init__(self):
        self.chance = np.random.default_rng(107)  # until a seed is given

    def reset(self, *, seed=None, options=None):
        if seed is not None:
            self.chance = np.random.default_rng(seed)
        return 0, {}

    def step(self, action):
        return 0, self.chance.random(), True, False, {}


def with_rng(function, seed):
    """The function with a generator of its own for its argument `rng`."""
    generator = np.random.default_rng(seed)

    @functools.wraps(function)
    def seeded(*args, **kwargs):
        return function(*args, rng=generator, **kwargs)

    return seeded


# %% [markdown]
# ## Learning a guess from a guess
#
# Day 106 wrote the best value of acting in a state as
#
# $$Q^*(s, a) = \mathbb{E}\big[\, r + \gamma \max_{a'} Q^*(s', a') \,\big],$$
#
# a mean over all that may follow. Without $p$ the mean cannot be computed. But every step the agent takes is
# one draw from it, and a mean can be estimated from draws. So keep a table $Q$ of shape $(S, A)$, one number
# for each state and action, all zero at first: the **Q-table**. After each step move one entry a little
# towards what was just seen:
#
# $$\delta = \underbrace{r + \gamma \max_{a'} Q(s', a')}_{\text{target}} - \underbrace{Q(s, a)}_{\text{estimate}},
# \qquad Q(s, a) \leftarrow Q(s, a) + \alpha\,\delta .$$
#
# This is **Q-learning**. Two ideas are in it.
#
# - **A running mean.** Adding $\alpha$ times the error is how one averages without keeping the samples. With
#   $\alpha = 1$ only the last one counts; with a small $\alpha$, about the last $1/\alpha$ of them.
# - **Bootstrapping.** The target is itself half a guess: one real reward, and the table's own opinion of the
#   rest. Waiting until the episode ends and using the whole return, the **Monte Carlo** way, would be
#   honest but slow and noisy. Here the difference between two guesses, made one step apart, does the
#   teaching: hence **temporal difference**, TD, and the TD error $\delta$.
#
# After a step that *terminated* there is no rest, and the target is $r$ alone. After one that was merely
# truncated the rest is still worth $\gamma \max_{a'} Q(s', a')$.
#
# Take a corridor of four squares 0, 1, 2, 3. Stepping from 2 to 3 pays 1 and ends the episode. Let
# $\gamma = 0.9$, $\alpha = 0.5$, and let the agent walk right three times an episode.
#
# - *Episode 1.* From 0: the target is $0 + 0.9 \cdot 0$, nothing changes. From 1 likewise. From 2: the target
#   is 1, so $Q(2, \text{right}) = 0 + 0.5\,(1 - 0) = 0.5$.
# - *Episode 2.* From 1 the target is now $0.9 \cdot 0.5 = 0.45$, so $Q(1, \text{right}) = 0.225$. From 2:
#   $0.5 + 0.5\,(1 - 0.5) = 0.75$.
# - *Episode 3.* From 0: $0.5 \cdot 0.9 \cdot 0.225 = 0.10125$. Then 0.45 and 0.875.
#
# The news of the reward walks backwards, one square an episode.


# %% exercise: q_update
def q_update(q, state, action, reward, next_state, terminated, learning_rate, gamma):
    """One step of Q-learning; q is changed in place.

    Args:
        q: the Q-table, float array of shape (S, A), S >= 1 and A >= 1.
        state, action: where the agent was and what it did, ints.
        reward: what that paid, a number.
        next_state: where it led, int.
        terminated: whether the episode ended there for good, bool.
        learning_rate: alpha, 0 < alpha <= 1.
        gamma: discount, 0 <= gamma <= 1.

    Returns:
        The TD error before the update, a float. One entry of q has changed. About 4 lines.
    """
    ### BEGIN SOLUTION
    future = 0.0 if terminated else np.max(q[next_state])
    td_error = reward + gamma * future - q[state, action]
    q[state, action] += learning_rate * td_error
    return td_error
    ### END SOLUTION


# %% test: q_update, points=2
# Two states, three actions. The best action of state 1 is worth 4.
q = np.array([[1.0, 2.0, 0.0], [3.0, -1.0, 4.0]])
td_error = q_update(q, 0, 1, 5.0, 1, False, 0.5, 0.25)
dd.check.like(td_error, 4.0, what="TD error", why="the target is 5 + 0.25 * 4 = 6, the estimate was 2")
dd.check.close(q, [[1.0, 4.0, 0.0], [3.0, -1.0, 4.0]], what="q", why="one entry moves half way to the target")
q = np.array([[1.0, 2.0, 0.0], [3.0, -1.0, 4.0]])
td_error = q_update(q, 0, 1, 5.0, 1, True, 0.5, 0.25)
dd.check.like(td_error, 3.0, what="TD error", why="nothing follows a step that terminated")
dd.check.close(q, [[1.0, 3.5, 0.0], [3.0, -1.0, 4.0]], what="q", why="the target is the reward, 5")
# The corridor worked by hand: three episodes, always to the right.
q = np.zeros((4, 2))
for _ in range(3):
    for s in range(3):
        q_update(q, s, 1, 1.0 if s == 2 else 0.0, s + 1, s == 2, 0.5, 0.9)
dd.check.close(q[:, 1], [0.10125, 0.45, 0.875, 0.0], what="column right", why="the corridor's third episode is over")
dd.check.close(q[:, 0], np.zeros(4), what="column left", why="the agent never went left")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(107)
for num_states, num_actions in [(1, 1), (1, 4), (5, 1), (3, 2), (2, 3), (16, 4)]:
    for terminated in (False, True):
        for learning_rate, gamma in [(0.1, 0.99), (1.0, 0.9), (0.5, 1.0), (0.3, 0.0)]:
            before = rng.normal(size=(num_states, num_actions)) - 3  # mostly below zero
            s, next_s = (int(x) for x in rng.integers(num_states, size=2))
            a = int(rng.integers(num_actions))
            r = float(rng.normal())
            q = before.copy()
            td_error = q_update(q, s, a, r, next_s, terminated, learning_rate, gamma)
            target = r
            if not terminated:
                target += gamma * sorted(before[next_s].tolist())[-1]
            due = before.copy()
            due[s, a] = (1 - learning_rate) * before[s, a] + learning_rate * target
            dd.check.like(td_error, target - before[s, a], what="TD error", why="it is target minus estimate")
            dd.check.close(q, due, what="q", why="one entry moves by alpha times the TD error, in place")

# Walked often enough, the corridor is worth what the discount says.
q = np.zeros((4, 2))
for _ in range(50):
    for s in range(3):
        q_update(q, s, 1, int(s == 2), s + 1, np.bool_(s == 2), 0.5, 0.9)
dd.check.close(q[:, 1], [0.81, 0.9, 1.0, 0.0], what="column right", why="each square is worth 0.9 of the next")

# Staying where one is: the target uses the entry that is about to change.
q = np.array([[2.0, 8.0]])
q_update(q, 0, 1, 1, 0, False, 0.25, 0.5)
dd.check.close(q, [[2.0, 7.25]], what="q", why="the target is 1 + 0.5 * 8 = 5, a quarter of the way from 8")

# Tables of other kinds: coarser numbers, and a part of a larger array.
q = np.array([[1.0, 2.0, 0.0], [3.0, -1.0, 4.1]], dtype="float32")
td_error = q_update(q, 0, 1, 5.0, 1, False, 0.5, 0.25)
dd.check.like(td_error, 4.025, rtol=1e-5, what="TD error", why="a table of float32 is a float array too")
dd.check.like(
    q, np.array([[1, 4.0125, 0], [3, -1, 4.1]]), dtype="float32", rtol=1e-5, what="q", why="it is changed in place"
)
large = np.arange(24.0).reshape(4, 6)
due = large.copy()
due[0, 2] = 5.5
q_update(large[::2, ::2], 0, 1, 1.0, 1, False, 0.5, 0.5)
dd.check.close(large, due, what="the array that q is a part of", why="the target is 1 + 0.5 * 16 = 9, half way from 2")
### END HIDDEN TESTS

# %% mistakes: q_update
# - replace: 0.0 if terminated else np.max(q[next_state])
#   with: np.max(q[next_state])
#   hint: "You look beyond the end: after a step that terminated no future is left to be worth anything."
# - replace: 0.0 if terminated else np.max(q[next_state])
#   with: np.max(q[next_state]) if terminated else 0.0
#   hint: "The two cases have changed places. In which of them is there a future?"
# - replace: np.max(q[next_state])
#   with: q[next_state, action]
#   hint: "You assume that the agent repeats its action in the next state. Q-learning asks for the best one there."
# - replace: np.max(q[next_state])
#   with: np.argmax(q[next_state])
#   hint: "That is the number of the best action; the target needs what it is worth."
# - replace: np.max(q[next_state])
#   with: np.max(q)
#   hint: "The best entry of the whole table is not on offer: only the actions of the next state are."
# - replace: np.max(q[next_state])
#   with: np.max(q[state])
#   hint: "The future begins where the step led, not where it started."
# - replace: np.max(q[next_state])
#   with: np.mean(q[next_state])
#   hint: "You average over the next state's actions. Q-learning asks for the best one there."
# - replace: np.max(q[next_state])
#   with: np.max(q[:, next_state])
#   hint: "You read a column of the table where a row was meant: states are rows, actions are columns."
# - replace: np.max(q[next_state])
#   with: max(0.0, np.max(q[next_state]))
#   hint: "You never expect less than 0. A future can be worth less than nothing."
# - replace: gamma * future
#   with: future
#   hint: "A reward one step away counts as much as one now. Where has the discount gone?"
# - replace: reward + gamma * future
#   with: gamma * (reward + future)
#   hint: "You discount the reward of this very step. Only what comes after it is later."
# - replace: q[state, action] += learning_rate * td_error
#   with: q[state, action] = learning_rate * (reward + gamma * future)
#   hint: "You replace the old estimate instead of moving it: with alpha = 0.1, nine tenths of it should stay."
# - replace: q[state, action] += learning_rate * td_error
#   with: q[state, action] += learning_rate * (reward + gamma * future)
#   hint: "You add a share of the target, not of the error: the entry grows for ever, however right it is."
# - replace: q[state, action] += learning_rate * td_error
#   with: q[state, action] -= learning_rate * td_error
#   hint: "The entry moves away from its target. No gradient is being descended here."
# - replace: q[state, action] += learning_rate * td_error
#   with: q[state, action] += td_error
#   hint: "The entry jumps all the way to the target; one noisy step then erases all that was known."
# - replace: q[state, action] += learning_rate * td_error
#   with: q[state, action] += (1 - learning_rate) * td_error
#   hint: "Your learning rate works the wrong way round: alpha is the share that is new."
# - replace: q[state, action] += learning_rate * td_error
#   with: q[state] += learning_rate * td_error
#   hint: "All actions of the state learn from what one of them did. One entry is to move."
# - replace: q[state, action] += learning_rate * td_error
#   with: q[next_state, action] += learning_rate * td_error
#   hint: "You move an entry of the state that was reached. What was learned is about the state that was left."
# - replace: return td_error
#   with: return learning_rate * td_error
#   hint: "You return how far the entry moved. The TD error is how far it was off."
# - replace: return td_error
#   with: return q[state, action]
#   hint: "You return the new estimate. The TD error is how far the old one was from its target."
# - replace: return td_error
#   with: return reward + gamma * future
#   hint: "You return the target. The TD error is how far the estimate was from it."
# - replace: return td_error
#   with: return reward + gamma * future - q[state, action]
#   hint: "You return the error after the update. The docstring asks for the one before, the surprise of this step."
# - replace: return td_error
#   with: return -td_error
#   hint: "Estimate minus target is the TD error with its sign turned round."
# - replace: return td_error
#   with: return q
#   hint: "The table was changed in place, so the caller has it. What is asked for is the TD error."
# - replace: q[state, action] += learning_rate * td_error
#   with: |-
#     q = q.copy()
#         q[state, action] += learning_rate * td_error
#   hint: "The caller's table is as it was: you changed a copy, which is then forgotten."


# %% mistake: q_update
# hint: "A step that ends the episode teaches as well, and most of all: only its future is missing."
def q_update(q, state, action, reward, next_state, terminated, learning_rate, gamma):
    if terminated:
        return 0.0
    td_error = reward + gamma * q[next_state].max() - q[state, action]
    q[state, action] += learning_rate * td_error
    return td_error


# %% mistake: q_update
# hint: "The caller's table is as it was: you changed a copy, which is then forgotten."
def q_update(q, state, action, reward, next_state, terminated, learning_rate, gamma):
    future = 0.0 if terminated else np.max(q[next_state])
    td_error = reward + gamma * future - q[state, action]
    q = q + learning_rate * td_error * (np.arange(q.size).reshape(q.shape) == state * q.shape[1] + action)
    return td_error


# %% mistake: q_update
# hint: "The first half of your update changes the entry before the target is read, and in a step that stays in its
#   state the target reads that very entry."
def q_update(q, state, action, reward, next_state, terminated, learning_rate, gamma):
    estimate = q[state, action]
    q[state, action] *= 1 - learning_rate
    target = reward if terminated else reward + gamma * np.max(q[next_state])
    q[state, action] += learning_rate * target
    return target - estimate


# %% accepts: q_update
def q_update(q, state, action, reward, next_state, terminated, learning_rate, gamma):
    target = float(reward)
    if not terminated:
        target += gamma * max(q[next_state, a] for a in range(q.shape[1]))
    estimate = float(q[state, action])
    q[state, action] = (1 - learning_rate) * estimate + learning_rate * target
    return target - estimate


# %% accepts: q_update
def q_update(q, state, action, reward, next_state, terminated, learning_rate, gamma):
    row = q[state]  # a view
    error = float(reward + gamma * (not terminated) * q[next_state].max() - row[action])
    row[action] = row[action] + learning_rate * error
    return error


# %% [markdown]
# What does a longer walk look like? Ten squares, the last one paying 1, and again always to the right.

# %% demo
num_squares = 10
q_corridor = np.zeros((num_squares, 2))  # (S, A): left, right
by_episode = []
for _ in range(30):
    for state in range(num_squares - 1):
        arrived = state == num_squares - 2
        q_update(q_corridor, state, 1, float(arrived), state + 1, arrived, 0.5, 0.9)
    by_episode.append(q_corridor[:-1, 1].copy())

fig, ax = plt.subplots(figsize=(9, 4))
image = ax.imshow(np.array(by_episode).T, cmap="gray_r", vmin=0, vmax=1, aspect="auto", extent=(0.5, 30.5, 8.5, -0.5))
fig.colorbar(image, ax=ax, label="$Q$(square, right)")
ax.set(title="The reward's news walks back, one square an episode", xlabel="episode", ylabel="square")
ax.grid(False)
dd.plot.show(
    "Grey squares: the entry for going right by square, 0 at the top to 8 below, and by episode, 1 to 30. Everything "
    "above a diagonal from square 8 in episode 1 to square 0 in episode 9 is white, 0. Right of it each row darkens "
    "and settles: at 1 for square 8, lighter with every row up, at 0.43 for square 0."
)

# %% [markdown]
# The edge of the white part starts at square 8, beside the goal, and climbs one square an episode: in front of
# it all entries are 0, behind it they are not, though pale at first. They darken over some ten episodes more and
# settle at 1, 0.9, 0.81 and so on, one factor of $\gamma$ for each square further back. A reward 100 steps away
# would need 100 successful episodes to be heard of at the start. That is the price of learning one step at a
# time, and one reason why sparse rewards are hard.
#
# ## Explore or exploit
#
# Which action should the agent take while it learns? The largest entry of its row looks best: that is
# **exploitation**, the greedy choice. But the table is young and wrong. An action that was unlucky once, or
# never tried, would never be tried again, and its entry would stay wrong for ever. **Exploration** takes
# other actions for the sake of what they teach, and pays for it in reward.
#
# The simplest compromise is **$\varepsilon$-greedy**: with probability $\varepsilon$ an action drawn evenly
# from all $A$, otherwise a greedy one. Two details decide whether it works.
#
# *The random draw may land on the greedy action too.* With $A = 4$ and $\varepsilon = 0.4$ each action has
# $0.4 / 4 = 0.1$ from exploring, and the greedy one $0.6$ on top: 0.7, 0.1, 0.1, 0.1.
#
# *Ties are broken at random.* `np.argmax` returns the first of equal entries. On a new table all entries are
# equal, so a greedy agent that relies on `argmax` would always take action 0; on the lake that is "left",
# from the left edge, with the goal on the right. Day 106 could take the first of two equally good actions,
# because its values were known. Here equal means *nothing known yet*.


# %% exercise: epsilon_greedy
def epsilon_greedy(q_row, epsilon, rng):
    """Choose an action: mostly the best one, sometimes any.

    Args:
        q_row: the values of the actions in one state, float array of shape (A,), A >= 1; left unchanged.
        epsilon: probability of exploring, 0 <= epsilon <= 1.
        rng: np.random.Generator, from which all randomness comes.

    Returns:
        The action, an int from 0 to A - 1. With probability epsilon it is drawn evenly from all A actions;
        otherwise it is one with the largest value, drawn evenly if there are several. About 4 lines.
    """
    ### BEGIN SOLUTION
    if rng.random() < epsilon:
        return int(rng.integers(len(q_row)))
    best = np.flatnonzero(q_row == np.max(q_row))
    return int(rng.choice(best))
    ### END SOLUTION


# %% test: epsilon_greedy, points=2
def choices(q_row, epsilon, num_draws, seed):
    """What your function chooses so many times in a row, from one generator; a list of ints."""
    choose = with_rng(epsilon_greedy, seed)
    actions = []
    for _ in range(num_draws):
        action = choose(q_row, epsilon)
        dd.check.kind(action, int, what="action")
        assert 0 <= action < len(q_row), f"there are the actions 0 to {len(q_row) - 1}; {action} is none"
        actions.append(action)
    return actions


def shares(actions, num_actions):
    """How often each action was chosen, of all choices."""
    return np.bincount(actions, minlength=num_actions) / len(actions)


q_row = np.array([0.5, -1.0, 2.0, 1.0])
with dd.check.unchanged(q_row, what="q_row"):
    action = epsilon_greedy(q_row, 0.0, np.random.default_rng(0))
dd.check.like(action, 2, what="action", why="without exploring the largest value is chosen")
dd.check.equal(
    choices(q_row[::-1], 0.0, 3, seed=1), [1, 1, 1], what="actions", why="the largest value is number 1 here"
)
came = choices(np.array([1e-12, 2e-12, 0.0]), 0.0, 9, seed=1)
dd.check.equal(came, [1] * 9, what="actions", why="on a young table small differences count")
came = shares(choices(np.array([3.0, -1.0, 3.0]), 0.0, 200, seed=2), 3)
why = "two actions share the largest value, so each is chosen about half of the time, and the third never"
dd.check.close(came, [0.5, 0.0, 0.5], atol=0.2, what="share of each action among 200 choices", why=why)
assert came[1] == 0, "an action that is worse is never chosen without exploring"
came = shares(choices(np.array([1.0, 5.0, 3.0]), 1.0, 180, seed=3), 3)
why = "epsilon = 1 draws evenly from all actions, the greedy one included"
dd.check.close(came, [1 / 3, 1 / 3, 1 / 3], atol=0.2, what="share of each action among 180 choices", why=why)
came = shares(choices(q_row, 0.4, 300, seed=4), 4)
why = "this is the example above, give or take"
dd.check.close(came, [0.1, 0.1, 0.7, 0.1], atol=0.12, what="share of each action among 300 choices", why=why)
### BEGIN HIDDEN TESTS
for row, epsilon, num_draws, due, why in [
    ([0.0] * 5, 0.0, 150, [0.2] * 5, "equal values are equally good"),
    ([3.0, -1.0, 2.0, 1.0, 0.0], 1.0, 150, [0.2] * 5, "epsilon = 1 draws evenly from all actions"),
    ([1.0, 2.0], 0.5, 200, [0.25, 0.75], "exploring may land on the greedy action too"),
    ([-7.0, -2.0, -5.0, -2.0, -9.0], 0.6, 200, [0.12, 0.32, 0.12, 0.32, 0.12], "two actions share the largest value"),
    ([-3e-9, -1e-9, -2e-9], 0.0, 20, [0, 1, 0], "small differences count on a young table"),
    ([-7.0, -9.0], 0.0, 20, [1, 0], "all values are below zero"),
    ([4.0], 0.3, 5, [1.0], "there is a single action"),
    ([4.0], 0.0, 5, [1.0], "there is a single action"),
]:
    for dtype in ("float64", "float32"):
        if num_draws > 20 and dtype == "float32":
            continue
        q_row = np.array(row, dtype=dtype)
        actions = choices(q_row, epsilon, num_draws, seed=5)
        what = f"share of each action for {row}, epsilon = {epsilon}"
        dd.check.close(shares(actions, len(row)), due, atol=0.15 if num_draws > 20 else 0.0, what=what, why=why)
q_row = np.array([0.0, 5.0, 1.0, 5.0])
for epsilon in (0.0, 0.5, 1.0):
    with dd.check.unchanged(q_row, what="q_row"):
        first = choices(q_row, epsilon, 25, seed=6)
    again, other = choices(q_row, epsilon, 25, seed=6), choices(q_row, epsilon, 25, seed=7)
    assert first == again, "generators with one seed must lead to the same actions"
    assert first != other, "generators with other seeds must lead to other actions"
table = np.array([[1.0, 9.0], [4.0, 2.0], [3.0, 5.0]])
dd.check.equal(
    choices(table[:, 0], 0.0, 5, seed=8), [1] * 5, what="actions", why="a column of a table is a row of values too"
)
### END HIDDEN TESTS

# %% mistakes: epsilon_greedy
# - replace: |-
#     best = np.flatnonzero(q_row == np.max(q_row))
#         return int(rng.choice(best))
#   with: |-
#     return int(np.argmax(q_row))
#   hint: "Of several best actions you always take the same. On a table of zeros the agent would never try the others."
# - replace: |-
#     best = np.flatnonzero(q_row == np.max(q_row))
#         return int(rng.choice(best))
#   with: |-
#     return int(np.argsort(q_row)[-1])
#   hint: "Of several best actions you always take the same. On a table of zeros the agent would never try the others."
# - replace: rng.random() < epsilon
#   with: rng.random() > epsilon
#   hint: "You explore when you should exploit: with epsilon = 0 every action would be random."
# - replace: rng.integers(len(q_row))
#   with: rng.integers(len(q_row) - 1) if len(q_row) > 1 else 0
#   hint: "One action is never explored. Is the upper end of rng.integers drawn, or not?"
# - replace: rng.integers(len(q_row))
#   with: rng.integers(1, len(q_row)) if len(q_row) > 1 else 0
#   hint: "Action 0 is never explored. From which number are actions counted?"
# - replace: rng.integers(len(q_row))
#   with: (np.argmax(q_row) + 1 + rng.integers(max(1, len(q_row) - 1))) % len(q_row)
#   hint: "You explore among the other actions only. Today's definition draws from all, the greedy one included."
# - replace: return int(rng.choice(best))
#   with: return float(np.max(q_row))
#   hint: "You return what the best action is worth. Which action is it?"
# - replace: rng.random() < epsilon
#   with: rng.random() < 0
#   hint: "You never explore, whatever epsilon says."
# - replace: rng.random() < epsilon
#   with: rng.normal() < epsilon
#   hint: "A normal number is below epsilon far too often. Which draw is below it with probability epsilon?"
# - replace: return int(rng.integers(len(q_row)))
#   with: return int(np.random.randint(len(q_row)))
#   hint: "Some of your randomness does not come from rng, so the same seed gives other actions next time."
# - replace: return int(rng.choice(best))
#   with: return int(np.random.choice(best))
#   hint: "Some of your randomness does not come from rng, so the same seed gives other actions next time."
# - replace: rng.random() < epsilon
#   with: np.random.random() < epsilon
#   hint: "Some of your randomness does not come from rng, so the same seed gives other actions next time."
# - replace: np.max(q_row)
#   with: np.min(q_row)
#   hint: "You choose the worst action when you mean to exploit."
# - replace: np.flatnonzero(q_row == np.max(q_row))
#   with: np.flatnonzero(np.isclose(q_row, np.max(q_row)))
#   hint: "Values that differ a little count as equal with you. On a young table all values are small, and the
#     differences are all that it knows."
# - replace: return int(rng.choice(best))
#   with: return best
#   hint: "You return all the best actions. One of them is to be taken."


# %% mistake: epsilon_greedy
# hint: "Your greedy action gets none of the exploring draws: with A actions each of them, the greedy one too, has
#   epsilon / A from exploring."
def epsilon_greedy(q_row, epsilon, rng):
    best = rng.choice(np.flatnonzero(q_row == q_row.max()))
    others = [action for action in range(len(q_row)) if action != best]
    if others and rng.random() < epsilon:
        return int(rng.choice(others))
    return int(best)


# %% mistake: epsilon_greedy
# hint: "You draw in proportion to the values. Of the best action only its being the best counts, and of the others
#   nothing."
def epsilon_greedy(q_row, epsilon, rng):
    if rng.random() < epsilon:
        return int(rng.integers(len(q_row)))
    weights = np.exp(q_row - q_row.max())
    return int(rng.choice(len(q_row), p=weights / weights.sum()))


# %% mistake: epsilon_greedy
# hint: "Of several best actions you always take the same. On a table of zeros the agent would never try the others."
def epsilon_greedy(q_row, epsilon, rng):
    probabilities = np.full(len(q_row), epsilon / len(q_row))
    probabilities[np.argmax(q_row)] += 1 - epsilon
    return int(rng.choice(len(q_row), p=probabilities))


# %% mistake: epsilon_greedy
# hint: "You make a new generator at every call. With the same seed it makes the same choice each time, and without one
#   nobody can repeat the run: use the one that you are given."
def epsilon_greedy(q_row, epsilon, rng):
    rng = np.random.default_rng(0)
    if rng.random() < epsilon:
        return int(rng.integers(len(q_row)))
    return int(rng.choice(np.flatnonzero(q_row == np.max(q_row))))


# %% equivalents: epsilon_greedy
# - replace: rng.random() < epsilon
#   with: rng.random() <= epsilon
#   reason: "The two numbers are equal once in 2**53 draws."


# %% accepts: epsilon_greedy
def epsilon_greedy(q_row, epsilon, rng):
    num_actions = len(q_row)
    probabilities = np.full(num_actions, epsilon / num_actions)
    greedy = np.isclose(q_row, np.max(q_row), rtol=0, atol=0)
    probabilities[greedy] += (1 - epsilon) / greedy.sum()
    return rng.choice(num_actions, p=probabilities)


# %% accepts: epsilon_greedy
def epsilon_greedy(q_row, epsilon, rng):
    order = rng.permutation(len(q_row))
    if epsilon <= rng.random():
        return max(order.tolist(), key=lambda action: q_row[action])
    return order[0].item()


# %% [markdown]
# ## Less curious with age
#
# How large should $\varepsilon$ be? At first the table knows nothing, and exploring costs little. Later it
# knows much, and every random step near a hole may waste an episode. So let $\varepsilon$ **decay**, from a
# start to an end over the first $D$ episodes, and stay there. For episode $i = 0, 1, 2, \dots$ let
# $u_i = \min(1, i / D)$ be the share of the decay that is done; then
#
# $$\text{linear: } \varepsilon_i = \varepsilon_\text{start} + (\varepsilon_\text{end} - \varepsilon_\text{start})\,u_i,
# \qquad \text{exponential: } \varepsilon_i = \varepsilon_\text{start}
# \left(\frac{\varepsilon_\text{end}}{\varepsilon_\text{start}}\right)^{u_i} .$$
#
# From 0.8 to 0.2 in $D = 2$ episodes: linear gives $0.8, 0.5, 0.2, 0.2, \dots$, taking away the same
# *amount* each time. Exponential gives $0.8, 0.4, 0.2, 0.2, \dots$, leaving the same *share* each time.


# %% exercise: epsilon_schedule
def epsilon_schedule(num_episodes, start, end, decay_episodes, kind="linear"):
    """The exploration rate of every episode.

    Args:
        num_episodes: length of the schedule, int >= 1.
        start, end: first and last rate, numbers with 0 < end <= start <= 1.
        decay_episodes: episodes from start to end, int >= 1; may exceed num_episodes.
        kind: "linear" or "exponential", spelt in full.

    Returns:
        Rates, float array of shape (num_episodes,). About 5 lines.

    Raises:
        ValueError: kind is neither of the two.
    """
    ### BEGIN SOLUTION
    done = np.minimum(1.0, np.arange(num_episodes) / decay_episodes)  # (num_episodes,)
    if kind == "linear":
        return start + (end - start) * done
    if kind == "exponential":
        return start * (end / start) ** done
    raise ValueError(f"kind must be 'linear' or 'exponential'. Received: {kind!r}")
    ### END SOLUTION


# %% test: epsilon_schedule, points=1
epsilons = epsilon_schedule(5, 0.8, 0.2, 2)
dd.check.like(epsilons, np.array([0.8, 0.5, 0.2, 0.2, 0.2]), what="linear schedule", why="this is the example above")
epsilons = epsilon_schedule(5, 0.8, 0.2, 2, kind="exponential")
dd.check.like(
    epsilons, np.array([0.8, 0.4, 0.2, 0.2, 0.2]), what="exponential schedule", why="this is the example above"
)
with dd.check.raises(ValueError, why="there are two kinds"):
    epsilon_schedule(5, 0.8, 0.2, 2, kind="cosine")
with dd.check.raises(ValueError, why="the kind is called exponential, in full"):
    epsilon_schedule(5, 0.8, 0.2, 2, kind="exp")
### BEGIN HIDDEN TESTS
dd.check.like(epsilon_schedule(3, 1, 1, 5), np.ones(3), why="start and end may be whole numbers")
dd.check.like(epsilon_schedule(4, 1, 1, 2, "exponential"), np.ones(4), why="start and end may be whole numbers")
cases = [(1, 1, 0.1, 1), (1, 1, 0.1, 7), (6, 1, 0.05, 1), (7, 0.9, 0.3, 20), (50, 1, 0.01, 31), (4, 0.3, 0.3, 2)]
cases += [(31, 0.7, 0.1, 31), (32, 0.7, 0.1, 31), (33, 0.7, 0.1, 31), (2, 1.0, 1e-6, 10**6)]
for num, start, end, decay in cases:
    slow_linear, slow_exponential = [], []
    amount, factor = (start - end) / decay, (end / start) ** (1 / decay)
    linear, exponential = start, start
    for _ in range(num):
        slow_linear.append(max(linear, end))
        slow_exponential.append(max(exponential, end))
        linear, exponential = linear - amount, exponential * factor
    what = f"schedule of {num} episodes, {start} to {end} in {decay}"
    came = epsilon_schedule(num, start, end, decay)
    why = "it loses the same amount each episode, down to end"
    dd.check.like(came, np.array(slow_linear, dtype=float), what=f"linear {what}", why=why)
    came = epsilon_schedule(num, start, end, decay, "exponential")
    why = "it keeps the same share each episode, down to end"
    dd.check.like(came, np.array(slow_exponential, dtype=float), what=f"exponential {what}", why=why)
for kind in ("Linear", "lin", "linearly", "expo", "exponentially", "EXPONENTIAL", "", None):
    with dd.check.raises(ValueError, why="there are two kinds, spelt in full"):
        epsilon_schedule(3, 0.5, 0.1, 2, kind=kind)
### END HIDDEN TESTS

# %% mistakes: epsilon_schedule
# - replace: np.minimum(1.0, np.arange(num_episodes) / decay_episodes)
#   with: np.arange(num_episodes) / decay_episodes
#   hint: "The rate goes on falling after the decay is over. It should stay at its end."
# - replace: np.arange(num_episodes) / decay_episodes
#   with: np.arange(num_episodes) / num_episodes
#   hint: "Your decay takes as long as the schedule. It has a length of its own."
# - replace: np.arange(num_episodes) / decay_episodes
#   with: np.arange(1, num_episodes + 1) / decay_episodes
#   hint: "The first episode already has less than the start. From which number are episodes counted?"
# - replace: np.arange(num_episodes) / decay_episodes
#   with: np.arange(num_episodes) / max(1, decay_episodes - 1)
#   hint: "The end is reached one episode too early: write out the example with D = 2."
# - replace: np.arange(num_episodes) / decay_episodes
#   with: np.arange(num_episodes) / (decay_episodes + 1)
#   hint: "The end is reached one episode too late: write out the example with D = 2."
# - replace: start * (end / start) ** done
#   with: start * np.exp(-done)
#   hint: "Your exponential decay ends at a fixed fraction of the start, wherever the end is meant to be."
# - replace: (end / start) ** done
#   with: (start / end) ** done
#   hint: "The exponential schedule rises. Which way round is the ratio?"
# - replace: (end - start) * done
#   with: (start - end) * done
#   hint: "The linear schedule rises: which of start and end is the larger?"
# - replace: if kind == "exponential"
#   with: if kind.startswith("exp")
#   hint: "A word that only begins like one of the two kinds gets a schedule. It should be refused."
# - replace: if kind == "exponential"
#   with: if True
#   hint: "Whatever is not linear counts as exponential with you. A misspelt word should not go unnoticed."
# - replace: 'return start + (end - start) * done'
#   with: 'return list(start + (end - start) * done)'
#   hint: "The rates are right, but they come as a list. An array was asked for."


# %% mistake: epsilon_schedule
# hint: "That decay comes near the end but never reaches it. Here end is reached after decay_episodes, and every episode
#   keeps the same share of the rate itself, not of its distance from the end."
def epsilon_schedule(num_episodes, start, end, decay_episodes, kind="linear"):
    episode = np.arange(num_episodes)
    if kind == "linear":
        return np.maximum(end, start - (start - end) * episode / decay_episodes)
    if kind == "exponential":
        return end + (start - end) * np.exp(-episode / decay_episodes)
    raise ValueError(kind)


# %% mistake: epsilon_schedule
# hint: "Your share has nothing to do with decay_episodes. Which factor, used D times, leads from start to end?"
def epsilon_schedule(num_episodes, start, end, decay_episodes, kind="linear"):
    episode = np.arange(num_episodes)
    if kind == "linear":
        return np.maximum(end, start - (start - end) * episode / decay_episodes)
    if kind == "exponential":
        return np.maximum(end, start * 0.99**episode)
    raise ValueError(kind)


# %% mistake: epsilon_schedule
# hint: "Your decay takes as long as the schedule. It has a length of its own."
def epsilon_schedule(num_episodes, start, end, decay_episodes, kind="linear"):
    if kind == "linear":
        return np.linspace(start, end, num_episodes)
    if kind == "exponential":
        return np.geomspace(start, end, num_episodes)
    raise ValueError(kind)


# %% mistake: epsilon_schedule
# hint: "The end is reached one episode too early: write out the example with D = 2."
def epsilon_schedule(num_episodes, start, end, decay_episodes, kind="linear"):
    spaced = {"linear": np.linspace, "exponential": np.geomspace}
    if kind not in spaced:
        raise ValueError(kind)
    falling = spaced[kind](start, end, decay_episodes)
    return np.concatenate([falling, np.full(num_episodes, float(end))])[:num_episodes]


# %% mistake: epsilon_schedule
# hint: "A word that you do not know ends in another kind of error than the docstring names."
def epsilon_schedule(num_episodes, start, end, decay_episodes, kind="linear"):
    done = np.minimum(1.0, np.arange(num_episodes) / decay_episodes)
    return {"linear": start + (end - start) * done, "exponential": start * (end / start) ** done}[kind]


# %% accepts: epsilon_schedule
def epsilon_schedule(num_episodes, start, end, decay_episodes, kind="linear"):
    if kind not in ("linear", "exponential"):
        raise ValueError(kind)
    wanted = np.arange(num_episodes)
    if kind == "linear":
        return np.interp(wanted, [0, decay_episodes], [start, end])
    return np.exp(np.interp(wanted, [0, decay_episodes], np.log([start, end])))


# %% accepts: epsilon_schedule
def epsilon_schedule(num_episodes, start, end, decay_episodes, kind="linear"):
    spaced = {"linear": np.linspace, "exponential": np.geomspace}
    if kind not in spaced:
        raise ValueError(kind)
    rates = np.full(num_episodes + decay_episodes, float(end))
    rates[: decay_episodes + 1] = spaced[kind](start, end, decay_episodes + 1)
    return rates[:num_episodes]


# %% [markdown]
# The same two ends, two ways between them. Where do they spend their curiosity?

# %% demo
fig, ax = plt.subplots(figsize=(7.5, 4))
for kind in ("linear", "exponential"):
    rates = epsilon_schedule(1000, 1.0, 0.02, 800, kind)
    ax.plot(rates, label=f"{kind}: {rates.mean():.2f} on average")
ax.axvline(800, color="0.6", linewidth=1, linestyle="-")
ax.text(808, 0.55, "decay ends", color="0.35")
ax.set(title="Exploring less and less", xlabel="episode", ylabel=r"$\varepsilon$", ylim=(0, 1.03))
ax.legend()
dd.plot.show(
    "Exploration rate by episode, two curves from 1 to 0.02, flat from episode 800 on. The linear one falls in a "
    "straight line. The exponential one falls steeply at first, is at 0.14 after 400 episodes, and levels out."
)

# %% [markdown]
# The exponential schedule drops fast and then lingers near its end; the linear one explores twice as much in
# all. On the lake, where the first success may take a hundred random episodes, a schedule that calms down
# too early learns from luck alone.
#
# ## SARSA: learn what you do, not what you could do
#
# Look at the target again. The agent, in $s'$, will take some action $a'$, perhaps a random one. Q-learning
# does not ask which: it takes the best. It behaves by one policy ($\varepsilon$-greedy) and learns the value
# of another (greedy). Such a method is **off-policy**. The **on-policy** twin uses the action that is really
# going to be taken:
#
# $$\delta = r + \gamma\, Q(s', a') - Q(s, a) .$$
#
# One update needs $s, a, r, s', a'$, hence the name **SARSA**. Its table converges to the value of the policy
# that is being followed, exploration included.
#
# Say $Q(s', \cdot) = (4, -6)$, $\gamma = 1$, $r = 0$ and $\varepsilon = 0.2$, so that $a'$ is the first action
# with probability 0.9. The target of Q-learning is always 4. That of SARSA is 4 or $-6$, on average
# $0.9 \cdot 4 - 0.1 \cdot 6 = 3$. SARSA thinks less of a state in which a slip of its own hand is dear.
#
# The diagrams show what each method looks at to update one entry: circles are states, dots are actions.


# %% demo
def draw_backup(ax, title, branches, best):
    """A tree: the pair that is updated, the states it may lead to, and the actions there; dark is used."""
    ax.plot(0, 2, "o", color="black", markersize=9)
    ax.text(0.25, 2.05, "$s, a$")
    for x, taken in zip((-1.5, 0.0, 1.5), branches, strict=True):
        shade = "black" if taken else "0.85"
        ax.plot([0, x], [2, 1], color=shade, linestyle="-", zorder=1)
        ax.plot(x, 1, "o", markersize=18, color="white", markeredgecolor=shade, zorder=2)
        for step in (-0.4, 0.0, 0.4):
            used = taken and (best or step == 0.4)
            ax.plot([x, x + step], [1, 0], color="black" if used else "0.85", linestyle="-", zorder=1)
            ax.plot(x + step, 0, "o", color="black" if used else "0.85", markersize=7)
        if taken and best:
            ax.plot([x - 0.22, x + 0.22], [0.45, 0.45], color="C1", linewidth=3, linestyle="-")
            ax.text(x, -0.4, "max", color="C1", ha="center")
        elif taken:
            ax.text(x + 0.4, -0.4, "$a'$", ha="center")
    ax.set(title=title, xlim=(-2.3, 2.3), ylim=(-0.6, 2.4))
    ax.axis("off")


fig, axes = plt.subplots(1, 3, figsize=(11, 3.2))
draw_backup(axes[0], "Value iteration (Day 106)", (True, True, True), best=True)
draw_backup(axes[1], "Q-learning", (False, True, False), best=True)
draw_backup(axes[2], "SARSA", (False, True, False), best=False)
dd.plot.show(
    "Three trees of a dot, three circles below it and three dots below each circle; what a method uses is black, the "
    "rest pale. Value iteration: all circles and all dots, with a bar marked max under each circle. Q-learning: one "
    "circle, all its dots, one bar marked max. SARSA: one circle and one of its dots, marked a prime."
)

# %% [markdown]
# Value iteration takes the mean over all next states, weighted by $p$, with the best action in each.
# Q-learning keeps the best action but sees a single next state. SARSA sees a single next state and a single
# action there.


# %% exercise: sarsa_update
def sarsa_update(q, state, action, reward, next_state, next_action, terminated, learning_rate, gamma):
    """One step of SARSA; q is changed in place.

    Args:
        q: the Q-table, float array of shape (S, A), S >= 1 and A >= 1.
        state, action: where the agent was and what it did, ints.
        reward: what that paid, a number.
        next_state: where it led, int.
        next_action: what the agent is going to do there, int; of no account if terminated, when it may be None.
        terminated: whether the episode ended there for good, bool.
        learning_rate: alpha, 0 < alpha <= 1.
        gamma: discount, 0 <= gamma <= 1.

    Returns:
        The TD error before the update, a float. One entry of q has changed. About 4 lines.
    """
    ### BEGIN SOLUTION
    future = 0.0 if terminated else q[next_state, next_action]
    td_error = reward + gamma * future - q[state, action]
    q[state, action] += learning_rate * td_error
    return td_error
    ### END SOLUTION


# %% test: sarsa_update, points=2
# Two states, three actions. The action to come, number 0 of state 1, is worth 3.
q = np.array([[1.0, 2.0, 0.0], [3.0, -1.0, 4.0]])
td_error = sarsa_update(q, 0, 1, 5.0, 1, 0, False, 0.5, 0.5)
dd.check.like(td_error, 4.5, what="TD error", why="the target is 5 + 0.5 * 3 = 6.5, the estimate was 2")
dd.check.close(q, [[1.0, 4.25, 0.0], [3.0, -1.0, 4.0]], what="q", why="one entry moves half way to the target")
q = np.array([[1.0, 2.0, 0.0], [3.0, -1.0, 4.0]])
td_error = sarsa_update(q, 0, 1, 5.0, 1, None, True, 0.5, 0.5)
dd.check.like(td_error, 3.0, what="TD error", why="nothing follows a step that terminated")
dd.check.close(q, [[1.0, 3.5, 0.0], [3.0, -1.0, 4.0]], what="q", why="the target is the reward, 5")
q = np.array([[0.0, 0.0], [4.0, -6.0]])
dd.check.like(sarsa_update(q, 0, 0, 0, 1, 0, False, 0.5, 1), 4.0, what="TD error", why="the action to come is worth 4")
dd.check.like(
    sarsa_update(q, 0, 1, 0, 1, 1, False, 0.5, 1), -6.0, what="TD error", why="the action to come is worth -6"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(108)
for num_states, num_actions in [(1, 1), (1, 4), (5, 1), (3, 2), (2, 3), (16, 4)]:
    for terminated in (False, True):
        for learning_rate, gamma in [(0.1, 0.99), (1.0, 0.9), (0.5, 1.0), (0.3, 0.0)]:
            before = rng.normal(size=(num_states, num_actions)) - 3  # mostly below zero
            s, next_s = (int(x) for x in rng.integers(num_states, size=2))
            a, next_a = (int(x) for x in rng.integers(num_actions, size=2))
            r = float(rng.normal())
            q = before.copy()
            td_error = sarsa_update(q, s, a, r, next_s, next_a, terminated, learning_rate, gamma)
            target = r if terminated else r + gamma * before[next_s, next_a]
            due = before.copy()
            due[s, a] = (1 - learning_rate) * before[s, a] + learning_rate * target
            dd.check.like(td_error, target - before[s, a], what="TD error", why="it is target minus estimate")
            dd.check.close(q, due, what="q", why="one entry moves by alpha times the TD error, in place")

# The mean of SARSA's targets under a policy, at a learning rate of one over the visits, is that policy's value.
q = np.array([[0.0, 0.0], [4.0, -6.0]])
for visit in range(1, 11):
    next_a = 1 if visit == 4 else 0
    sarsa_update(q, 0, 0, 0.0, 1, next_a, False, 1 / visit, 1.0)
dd.check.close(q, [[3.0, 0.0], [4.0, -6.0]], what="q", why="nine times 4 and once -6 are 3 on average")

# Staying where one is, and repeating the action: the target uses the entry that is about to change.
q = np.array([[2.0, 8.0]])
sarsa_update(q, 0, 1, 1, 0, 1, np.bool_(False), 0.25, 0.5)
dd.check.close(q, [[2.0, 7.25]], what="q", why="the target is 1 + 0.5 * 8 = 5, a quarter of the way from 8")

# Tables of other kinds: coarser numbers, and a part of a larger array.
q = np.array([[1.0, 2.0, 0.0], [4.1, -1.0, 9.0]], dtype="float32")
td_error = sarsa_update(q, 0, 1, 5.0, 1, 0, False, 0.5, 0.25)
dd.check.like(td_error, 4.025, rtol=1e-5, what="TD error", why="a table of float32 is a float array too")
due = np.array([[1.0, 4.0125, 0.0], [4.1, -1.0, 9.0]])
dd.check.like(q, due, dtype="float32", rtol=1e-5, what="q", why="it is changed in place")
large = np.arange(24.0).reshape(4, 6)
due = large.copy()
due[0, 2] = 4.5
sarsa_update(large[::2, ::2], 0, 1, 1.0, 1, 0, False, 0.5, 0.5)
dd.check.close(large, due, what="the array that q is a part of", why="the target is 1 + 0.5 * 12 = 7, half way from 2")
### END HIDDEN TESTS

# %% mistakes: sarsa_update
# - replace: q[next_state, next_action]
#   with: np.max(q[next_state])
#   hint: "That is Q-learning again. SARSA counts with the action that will be taken, good or bad."
# - replace: 0.0 if terminated else q[next_state, next_action]
#   with: 0.0 if next_action is None else q[next_state, next_action]
#   hint: "You look beyond the end: a step that terminated has no future, even if an action was named."
# - replace: 0.0 if terminated else q[next_state, next_action]
#   with: q[next_state, next_action]
#   hint: "You look beyond the end: a step that terminated has no future, and perhaps no next action either."
# - replace: 0.0 if terminated else q[next_state, next_action]
#   with: q[next_state, next_action] if terminated else 0.0
#   hint: "The two cases have changed places. In which of them is there a future?"
# - replace: q[next_state, next_action]
#   with: q[next_state, action]
#   hint: "You assume that the agent repeats its action. Which one is it going to take?"
# - replace: q[next_state, next_action]
#   with: q[state, next_action]
#   hint: "The next action is taken in another state than the last one."
# - replace: q[next_state, next_action]
#   with: np.mean(q[next_state])
#   hint: "You average over the row as if all actions were equally likely. Only one of them will be taken."
# - replace: gamma * future
#   with: future
#   hint: "A reward one step away counts as much as one now. Where has the discount gone?"
# - replace: reward + gamma * future
#   with: gamma * (reward + future)
#   hint: "You discount the reward of this very step. Only what comes after it is later."
# - replace: return td_error
#   with: return q[state, action]
#   hint: "You return the new estimate. The TD error is how far the old one was from its target."
# - replace: return td_error
#   with: return learning_rate * td_error
#   hint: "You return how far the entry moved. The TD error is how far it was off."
# - replace: return td_error
#   with: return reward + gamma * future
#   hint: "You return the target. The TD error is how far the estimate was from it."
# - replace: return td_error
#   with: return reward + gamma * future - q[state, action]
#   hint: "You return the error after the update. The docstring asks for the one before, the surprise of this step."
# - replace: return td_error
#   with: return -td_error
#   hint: "Estimate minus target is the TD error with its sign turned round."
# - replace: return td_error
#   with: return q
#   hint: "The table was changed in place, so the caller has it. What is asked for is the TD error."
# - replace: q[state, action] += learning_rate * td_error
#   with: q[state, action] += td_error
#   hint: "The entry jumps all the way to the target; one noisy step then erases all that was known."
# - replace: q[state, action] += learning_rate * td_error
#   with: q[state, action] = learning_rate * (reward + gamma * future)
#   hint: "You replace the old estimate instead of moving it: with alpha = 0.1, nine tenths of it should stay."
# - replace: q[state, action] += learning_rate * td_error
#   with: q[state, action] += learning_rate * (reward + gamma * future)
#   hint: "You add a share of the target, not of the error: the entry grows for ever, however right it is."
# - replace: q[state, action] += learning_rate * td_error
#   with: q[state, action] -= learning_rate * td_error
#   hint: "The entry moves away from its target. No gradient is being descended here."
# - replace: q[state, action] += learning_rate * td_error
#   with: q[state, next_action] += learning_rate * td_error
#   hint: "You move the entry of the action to come. What was learned is about the one that was taken."
# - replace: q[state, action] += learning_rate * td_error
#   with: q[next_state, action] += learning_rate * td_error
#   hint: "You move an entry of the state that was reached. What was learned is about the state that was left."
# - replace: q[state, action] += learning_rate * td_error
#   with: |-
#     q = q.copy()
#         q[state, action] += learning_rate * td_error
#   hint: "The caller's table is as it was: you changed a copy, which is then forgotten."


# %% mistake: sarsa_update
# hint: "A step that ends the episode teaches as well, and most of all: only its future is missing."
def sarsa_update(q, state, action, reward, next_state, next_action, terminated, learning_rate, gamma):
    if terminated or next_action is None:
        return 0.0
    td_error = reward + gamma * q[next_state, next_action] - q[state, action]
    q[state, action] += learning_rate * td_error
    return td_error


# %% mistake: sarsa_update
# hint: "The first half of your update changes the entry before the target is read, and in a step that stays in its
#   state and repeats its action the target reads that very entry."
def sarsa_update(q, state, action, reward, next_state, next_action, terminated, learning_rate, gamma):
    estimate = q[state, action]
    q[state, action] *= 1 - learning_rate
    target = reward if terminated else reward + gamma * q[next_state, next_action]
    q[state, action] += learning_rate * target
    return target - estimate


# %% accepts: sarsa_update
def sarsa_update(q, state, action, reward, next_state, next_action, terminated, learning_rate, gamma):
    target = reward
    if not terminated:
        target = reward + gamma * q[next_state][next_action]
    error = float(target - q[state][action])
    q[state][action] = q[state][action] + error * learning_rate
    return error


# %% accepts: sarsa_update
def sarsa_update(q, state, action, reward, next_state, next_action, terminated, learning_rate, gamma):
    estimate = float(q[state, action])
    q[state, action] = (1 - learning_rate) * estimate + learning_rate * reward
    if terminated:
        return reward - estimate
    future = q[next_state, next_action] if (next_state, next_action) != (state, action) else estimate
    q[state, action] += learning_rate * gamma * future
    return float(reward + gamma * future - estimate)


# %% [markdown]
# ## The loop
#
# Now join the parts: the environment, your schedule, your policy, your two updates. You know all that an episode
# needs; in which order it has to come is for you to find. One condition decides it, and makes SARSA honest: *the
# action that an update counted on is the one that is taken next*. Q-learning does not mind when its next action
# is chosen. Three more traps:
#
# - The loop ends when the episode is *terminated or truncated*; the update is told of *terminated* alone. A
#   clock that runs out is no reason to call a state worthless.
# - The environment has random numbers of its own. Seed them **once**, at the first reset, and let them run on.
#   With the same seed at every reset the ice slips the same way in every episode, and the agent learns one
#   sequence of slips by heart. Draw that seed from `rng`: given the seed of `rng` itself, gymnasium would make a
#   generator with the very numbers that choose the actions.
# - Return the rewards of each episode, added up without discount. They are the learning curve.


# %% exercise: train_q_table
def train_q_table(env, epsilons, learning_rate, gamma, rng, method="q_learning"):
    """Learn a Q-table by acting.

    Args:
        env: environment with gymnasium's reset and step, and Discrete observation_space and action_space, whose
            sizes are env.observation_space.n (S) and env.action_space.n (A).
        epsilons: exploration rate of every episode, float array of shape (episodes,); left unchanged.
        learning_rate: alpha, 0 < alpha <= 1.
        gamma: discount, 0 <= gamma <= 1.
        rng: np.random.Generator; the first thing drawn from it is the seed of the environment's first reset,
            int(rng.integers(2**31)). Later resets have no seed.
        method: "q_learning" or "sarsa".

    Returns:
        (q, episode_returns): the table, float array of shape (S, A), zeros to begin with; and the sum of rewards
        of every episode, without discount, float array of shape (episodes,). About 18 lines.

    Raises:
        ValueError: method is neither of the two.
    """
    ### BEGIN SOLUTION
    if method not in ("q_learning", "sarsa"):
        raise ValueError(f"method must be 'q_learning' or 'sarsa'. Received: {method!r}")
    q = np.zeros((env.observation_space.n, env.action_space.n))
    episode_returns = np.zeros(len(epsilons))
    for episode, epsilon in enumerate(epsilons):
        state, _ = env.reset(seed=int(rng.integers(2**31)) if episode == 0 else None)
        action = epsilon_greedy(q[state], epsilon, rng)
        terminated = truncated = False
        while not (terminated or truncated):
            next_state, reward, terminated, truncated, _ = env.step(action)
            next_action = epsilon_greedy(q[next_state], epsilon, rng)
            if method == "sarsa":
                sarsa_update(q, state, action, reward, next_state, next_action, terminated, learning_rate, gamma)
            else:
                q_update(q, state, action, reward, next_state, terminated, learning_rate, gamma)
            episode_returns[episode] += reward
            state, action = next_state, next_action
    return q, episode_returns
    ### END SOLUTION


# %% test: train_q_table, points=3
# A corridor of three squares and one action, "right"; the last step pays 1 and ends the episode.
right = np.array([[1], [2], [2]])  # (S, A) next states
pays = np.array([[0.0], [1.0], [0.0]])
ends = np.array([[False], [True], [False]])
for method in ("q_learning", "sarsa"):
    env = TableEnv(right, pays, ends)
    result = with_rng(train_q_table, 0)(env, np.zeros(2), 0.5, 0.9, method=method)
    due = (np.array([[0.225], [0.75], [0.0]]), np.array([1.0, 1.0]))
    why = "these are two episodes of the lesson's corridor, and each earns 1, without discount"
    dd.check.like(result, due, rtol=1e-4, what=f"result by {method}", why=why)
# Time that runs out is no end of the world: one state, one action, one reward a step, three steps an episode.
for method in ("q_learning", "sarsa"):
    clock = TableEnv(np.array([[0]]), np.array([[1.0]]), np.array([[False]]), max_steps=3)
    result = with_rng(train_q_table, 1)(clock, np.full(50, 0.5), 1.0, 0.5, method=method)
    why = "an episode earns 3; a reward of 1 a step, for ever, at a discount of 0.5 is worth 2"
    dd.check.like(result, (np.array([[2.0]]), np.full(50, 3.0)), rtol=1e-4, what=f"result by {method}", why=why)
for method in ("monte_carlo", "q"):
    with dd.check.raises(ValueError, why="there are two methods, spelt in full"):
        with_rng(train_q_table, 2)(TableEnv(right, pays, ends), np.zeros(2), 0.5, 0.9, method=method)
### BEGIN HIDDEN TESTS
exits = TableEnv(np.array([[0]]), np.array([[1.0]]), np.array([[True]]), max_steps=1)
for method in ("q_learning", "sarsa"):
    result = with_rng(train_q_table, 3)(exits, np.full(5, 0.5), 1.0, 0.5, method=method)
    why = "a step that is both terminated and truncated has no future"
    dd.check.like(result, (np.array([[1.0]]), np.ones(5)), rtol=1e-4, what=f"result by {method}", why=why)
    result = with_rng(train_q_table, 3)(TableEnv(right, pays, ends), np.zeros(0), 0.5, 0.9, method=method)
    due = (np.zeros((3, 1)), np.zeros(0))
    dd.check.like(result, due, what=f"result by {method}", why="without an episode nothing is learned")

# A ring of five states and one action, where there is nothing to choose, against the two formulas written out.
around, prizes = (np.arange(5)[:, None] + 1) % 5, np.array([[-1.0], [2.0], [0.5], [-3.0], [1.5]])
for method in ("q_learning", "sarsa"):
    for learning_rate, gamma, max_steps in [(0.3, 0.8, 7), (0.05, 1.0, 13)]:
        values, earned = [0.0] * 5, []
        for _ in range(20):
            total = 0.0
            for step in range(max_steps):
                s = step % 5
                target = prizes[s, 0] + gamma * values[(s + 1) % 5]
                values[s] += learning_rate * (target - values[s])
                total += prizes[s, 0]
            earned.append(total)
        ring = TableEnv(around, prizes, np.zeros((5, 1), dtype=bool), max_steps=max_steps)
        rates = np.linspace(0.9, 0.1, 20)
        with dd.check.unchanged(rates, what="epsilons"):
            result = with_rng(train_q_table, 4)(ring, rates, learning_rate, gamma, method=method)
        due = (np.array(values)[:, None], np.array(earned))
        why = "with one action both methods do the same in every step"
        dd.check.like(result, due, rtol=1e-4, atol=1e-5, what=f"result by {method}", why=why)

# The environment is seeded once: its lottery runs on from the first number that was drawn from rng.
for number in (4, 5):
    drawn_seed = int(np.random.default_rng(number).integers(2**31))
    due = np.random.default_rng(drawn_seed).random(8)
    q, returns = train_q_table(LotteryEnv(), np.full(8, 0.5), 0.5, 0.9, np.random.default_rng(number))
    why = "the first reset is given the first number drawn from rng as its seed, and later resets none"
    dd.check.like(returns, due, rtol=1e-5, what="episode_returns of a lottery", why=why)

# Small worlds without chance, whose best values repeated backups give.
worlds = np.random.default_rng(107)
for num_states, num_actions in [(1, 3), (3, 2), (5, 3)]:
    next_states = worlds.integers(num_states, size=(num_states, num_actions))
    next_states[:, 0] = (np.arange(num_states) + 1) % num_states  # every state can be reached
    rewards = worlds.normal(size=(num_states, num_actions)) - 1
    terminal = worlds.random((num_states, num_actions)) < 0.25
    terminal[:, 0] = False
    best = np.zeros((num_states, num_actions))
    for _ in range(300):
        best = rewards + 0.8 * np.where(terminal, 0.0, best.max(axis=1)[next_states])
    env = TableEnv(next_states, rewards, terminal, max_steps=12)
    q, returns = with_rng(train_q_table, 6)(env, np.ones(300), 1.0, 0.8)
    why = "with every action tried often, and no chance, the table solves the Bellman equation"
    dd.check.like(q, best, rtol=1e-3, atol=1e-3, what="q", why=why)
    dd.check.shape(returns, (300,), what="episode_returns")

# Two counters in a row, five buttons each: the reward of an episode tells which two buttons were pressed.
first_pay, second_pay = 100.0 * np.arange(1, 6), np.array([3.0, 1.0, 9.0, 2.0, 5.0])
next_states = np.array([[1] * 5, [2] * 5, [2] * 5])
rewards = np.array([first_pay, second_pay, np.zeros(5)])
terminal = np.array([[False] * 5, [True] * 5, [True] * 5])
rates = np.repeat([1.0, 0.5, 0.0], [150, 200, 50])
for method in ("q_learning", "sarsa"):
    counters = TableEnv(next_states, rewards, terminal)
    q, returns = with_rng(train_q_table, 7)(counters, rates, 1.0, 1.0, method=method)
    dd.check.like(q[1], second_pay, rtol=1e-4, what=f"row 1 of q by {method}", why="these rewards end the episode")
    sums = (first_pay[:, None] + second_pay).ravel()
    pressed = np.abs(returns[:, None] - sums).argmin(axis=1)  # (episodes,)
    dd.check.close(returns, sums[pressed], what="episode_returns", why="each is one reward of either counter")
    buttons = np.stack([pressed // 5, pressed % 5])  # (2, episodes)
    for counter, best in ((0, 4), (1, 2)):
        for epsilon in (1.0, 0.5, 0.0):
            share = np.mean(buttons[counter][rates == epsilon] == best)
            due = 1 - epsilon + epsilon / 5
            problem = f"with epsilon = {epsilon} a share of {share:.2f} of the choices is greedy by {method}"
            assert abs(share - due) < (0.17 if epsilon else 1e-9), f"{problem}; {due:.2f} is due"
    for a in range(5):
        if method == "q_learning":
            due, why = first_pay[a] + 9.0, "Q-learning counts with the best button of the second counter"
        else:
            due = returns[buttons[0] == a][-1]
            why = "the button that SARSA counted with is the one that it then pressed, in the last such episode"
        dd.check.close(q[0, a], due, rtol=1e-4, what=f"entry [0, {a}] of q by {method}", why=why)

once = with_rng(train_q_table, 8)(counters, rates[:200], 1.0, 1.0)[1]
again = with_rng(train_q_table, 8)(counters, rates[:200], 1.0, 1.0)[1]
other = with_rng(train_q_table, 9)(counters, rates[:200], 1.0, 1.0)[1]
assert np.array_equal(once, again), "generators with the same seed must lead to the same actions"
assert not np.array_equal(once, other), "generators with other seeds must lead to other actions"
### END HIDDEN TESTS

# %% mistakes: train_q_table
# - replace: while not (terminated or truncated)
#   with: while not terminated
#   hint: "Your episode goes on after the clock has run out. Two flags can end it."
# - replace: q_update(q, state, action, reward, next_state, terminated, learning_rate, gamma)
#   with: q_update(q, state, action, reward, next_state, terminated or truncated, learning_rate, gamma)
#   hint: "You tell the update that time running out is the end of the world. The state reached still had a future."
# - replace: sarsa_update(q, state, action, reward, next_state, next_action, terminated, learning_rate, gamma)
#   with: sarsa_update(q, state, action, reward, next_state, next_action, terminated or truncated, learning_rate, gamma)
#   hint: "You tell the update that time running out is the end of the world. The state reached still had a future."
# - replace: int(rng.integers(2**31)) if episode == 0 else None
#   with: 7
#   hint: "You seed the environment at every reset, so the ice slips the same way in every episode."
# - replace: int(rng.integers(2**31)) if episode == 0 else None
#   with: episode
#   hint: "You seed the environment at every reset, with the number of the episode: every run meets the same slips."
# - replace: int(rng.integers(2**31)) if episode == 0 else None
#   with: None
#   hint: "The environment never gets a seed, so a run cannot be repeated."
# - replace: int(rng.integers(2**31)) if episode == 0 else None
#   with: int(rng.integers(2**31))
#   hint: "You seed the environment at every reset. Once is enough: its random numbers run on by themselves."
# - replace: int(rng.integers(2**31)) if episode == 0 else None
#   with: 0 if episode == 0 else None
#   hint: "The environment is seeded once, but with a number of yours: every run meets the same slips. Draw it."
# - replace: state, action = next_state, next_action
#   with: state, action = next_state, epsilon_greedy(q[next_state], epsilon, rng)
#   hint: "You choose an action for the update, then choose again for the step. SARSA must take what it counted on."
# - replace: state, action = next_state, next_action
#   with: action = next_action
#   hint: "The agent moves on, but you keep updating the entries of the state where it started."
# - replace: state, action = next_state, next_action
#   with: state = next_state
#   hint: "The agent takes its first action again and again: the next action is chosen, and then not taken."
# - replace: epsilon_greedy(q[next_state], epsilon, rng)
#   with: epsilon_greedy(q[state], epsilon, rng)
#   hint: "The next action is chosen from the row of the state that was just left."
# - replace: epsilon_greedy(q[next_state], epsilon, rng)
#   with: int(np.argmax(q[next_state]))
#   hint: "After the first step of an episode your agent never explores."
# - replace: if method == "sarsa"
#   with: if method == "q_learning"
#   hint: "The two methods have changed places."
# - replace: episode_returns[episode] += reward
#   with: episode_returns[episode] = reward
#   hint: "Only the last reward of each episode is kept. A return adds them up."
# - replace: episode_returns[episode] += reward
#   with: episode_returns[episode] = reward + gamma * episode_returns[episode]
#   hint: "You discount the rewards of an episode. The learning curve adds them up as they are."
# - replace: episode_returns[episode] += reward
#   with: episode_returns[episode:] += reward
#   hint: "Each episode also gets what all those before it earned. Start each sum at 0."
# - replace: |-
#     q = np.zeros((env.observation_space.n, env.action_space.n))
#   with: |-
#     q = np.zeros((env.action_space.n, env.observation_space.n))
#   hint: "The table is turned round: states are rows, actions are columns."
# - replace: |-
#     q = np.zeros((env.observation_space.n, env.action_space.n))
#   with: |-
#     q = rng.normal(size=(env.observation_space.n, env.action_space.n))
#   hint: "The table starts at random numbers. It should know nothing yet: zeros."
# - replace: |-
#     q = np.zeros((env.observation_space.n, env.action_space.n))
#   with: |-
#     q = np.ones((env.observation_space.n, env.action_space.n))
#   hint: "The table does not start at 0: entries that are never tried keep what they started with."
# - replace: enumerate(epsilons)
#   with: enumerate(epsilons[::-1])
#   hint: "Your agent grows more curious with age: the rates are used from the wrong end."
# - replace: enumerate(epsilons)
#   with: enumerate(epsilons * 0 + epsilons.mean())
#   hint: "Every episode explores alike. Each has a rate of its own."
# - replace: 'return q, episode_returns'
#   with: 'return q, list(episode_returns)'
#   hint: "The returns come as a list. An array was asked for."
# - replace: 'return q, episode_returns'
#   with: 'return q'
#   hint: "You return the table alone. The returns of the episodes belong to it: they are the learning curve."
# - replace: return q, episode_returns
#   with: return q.argmax(axis=1), episode_returns
#   hint: "You return a policy, the best action of each state. The table itself was asked for."
# - replace: |-
#     if method not in ("q_learning", "sarsa"):
#             raise ValueError(f"method must be 'q_learning' or 'sarsa'. Received: {method!r}")
#         q = np
#   with: q = np
#   hint: "A method that does not exist is taken for one that does. A misspelt word should not go unnoticed."


# %% mistake: train_q_table
# hint: "You forget everything between the episodes: the table is made anew for each."
def train_q_table(env, epsilons, learning_rate, gamma, rng, method="q_learning"):
    if method not in ("q_learning", "sarsa"):
        raise ValueError(method)
    q = np.zeros((env.observation_space.n, env.action_space.n))
    returns = np.zeros(len(epsilons))
    for i in range(len(epsilons)):
        q = np.zeros((env.observation_space.n, env.action_space.n))
        state, _ = env.reset(seed=int(rng.integers(2**31)) if i == 0 else None)
        action, over = epsilon_greedy(q[state], epsilons[i], rng), False
        while not over:
            following, reward, terminated, truncated, _ = env.step(action)
            coming = epsilon_greedy(q[following], epsilons[i], rng)
            if method == "sarsa":
                sarsa_update(q, state, action, reward, following, coming, terminated, learning_rate, gamma)
            else:
                q_update(q, state, action, reward, following, terminated, learning_rate, gamma)
            returns[i] += reward
            state, action, over = following, coming, terminated or truncated
    return q, returns


# %% mistake: train_q_table
# hint: "The next action is chosen after the update, and the update is told of the one that was just taken. SARSA
#   counts with the action to come."
def train_q_table(env, epsilons, learning_rate, gamma, rng, method="q_learning"):
    if method not in ("q_learning", "sarsa"):
        raise ValueError(method)
    q = np.zeros((env.observation_space.n, env.action_space.n))
    returns = np.zeros(len(epsilons))
    for i, epsilon in enumerate(epsilons):
        state, _ = env.reset(seed=int(rng.integers(2**31)) if i == 0 else None)
        over = False
        while not over:
            action = epsilon_greedy(q[state], epsilon, rng)
            following, reward, terminated, truncated, _ = env.step(action)
            if method == "sarsa":
                sarsa_update(q, state, action, reward, following, action, terminated, learning_rate, gamma)
            else:
                q_update(q, state, action, reward, following, terminated, learning_rate, gamma)
            returns[i] += reward
            state, over = following, terminated or truncated
    return q, returns


# %% mistake: train_q_table
# hint: "The environment is reset once, before the first episode. Every episode starts with a reset, or it goes on where
#   the last one ended."
def train_q_table(env, epsilons, learning_rate, gamma, rng, method="q_learning"):
    if method not in ("q_learning", "sarsa"):
        raise ValueError(method)
    q = np.zeros((env.observation_space.n, env.action_space.n))
    returns = np.zeros(len(epsilons))
    state, _ = env.reset(seed=int(rng.integers(2**31)))
    for i, epsilon in enumerate(epsilons):
        action, over = epsilon_greedy(q[state], epsilon, rng), False
        while not over:
            following, reward, terminated, truncated, _ = env.step(action)
            coming = epsilon_greedy(q[following], epsilon, rng)
            if method == "sarsa":
                sarsa_update(q, state, action, reward, following, coming, terminated, learning_rate, gamma)
            else:
                q_update(q, state, action, reward, following, terminated, learning_rate, gamma)
            returns[i] += reward
            state, action, over = following, coming, terminated or truncated
    return q, returns


# %% mistake: train_q_table
# hint: "You leave the loop before the last step of an episode is learned from, and that is the step that pays."
def train_q_table(env, epsilons, learning_rate, gamma, rng, method="q_learning"):
    if method not in ("q_learning", "sarsa"):
        raise ValueError(method)
    q = np.zeros((env.observation_space.n, env.action_space.n))
    returns = np.zeros(len(epsilons))
    for i, epsilon in enumerate(epsilons):
        state, _ = env.reset(seed=int(rng.integers(2**31)) if i == 0 else None)
        action = epsilon_greedy(q[state], epsilon, rng)
        while True:
            following, reward, terminated, truncated, _ = env.step(action)
            returns[i] += reward
            if terminated or truncated:
                break
            coming = epsilon_greedy(q[following], epsilon, rng)
            if method == "sarsa":
                sarsa_update(q, state, action, reward, following, coming, terminated, learning_rate, gamma)
            else:
                q_update(q, state, action, reward, following, terminated, learning_rate, gamma)
            state, action = following, coming
    return q, returns


# %% accepts: train_q_table
def train_q_table(env, epsilons, learning_rate, gamma, rng, method="q_learning"):
    if method == "q_learning":
        on_policy = False
    elif method == "sarsa":
        on_policy = True
    else:
        raise ValueError(method)
    q = np.zeros((int(env.observation_space.n), int(env.action_space.n)))
    returns = []
    state, _ = env.reset(seed=int(rng.integers(2**31)))
    for epsilon in epsilons:
        if returns:
            state, _ = env.reset()
        total, over, action = 0.0, False, None
        while not over:
            if action is None or not on_policy:
                action = epsilon_greedy(q[state], epsilon, rng)
            following, reward, terminated, truncated, _ = env.step(action)
            if on_policy:
                coming = None if terminated else epsilon_greedy(q[following], epsilon, rng)
                sarsa_update(q, state, action, reward, following, coming, terminated, learning_rate, gamma)
                action = coming
            else:
                q_update(q, state, action, reward, following, terminated, learning_rate, gamma)
            total, state, over = total + reward, following, terminated or truncated
        returns.append(total)
    return q, np.array(returns)


# %% accepts: train_q_table
def train_q_table(env, epsilons, learning_rate, gamma, rng, method="q_learning"):
    if method not in {"sarsa", "q_learning"}:
        raise ValueError(method)
    table = np.zeros([env.observation_space.n, env.action_space.n], dtype="float32")
    seeds = iter([int(rng.integers(2**31))])

    def play(epsilon):
        earned = 0.0
        state, _ = env.reset(seed=next(seeds, None))
        action = epsilon_greedy(table[state], epsilon, rng)
        while True:
            before, done = state, action
            state, reward, terminated, truncated, _ = env.step(done)
            earned += reward
            action = epsilon_greedy(table[state], epsilon, rng)
            if method == "sarsa":
                sarsa_update(table, before, done, reward, state, action, terminated, learning_rate, gamma)
            else:
                q_update(table, before, done, reward, state, terminated, learning_rate, gamma)
            if terminated or truncated:
                return earned

    return table, np.array([play(epsilon) for epsilon in epsilons])


# %% [markdown]
# ## What curiosity buys
#
# A corridor of nine squares with an exit at either end. The agent starts on square 3. The left exit is
# three steps away and pays 1; the right one, five steps away, pays 10. Three agents differ in $\varepsilon$
# alone: never curious, always a little, and curious at first. Which earns most?

# %% demo
squares = np.arange(9)
two_exits = np.stack([np.maximum(squares - 1, 0), np.minimum(squares + 1, 8)], axis=1)  # (S, A): left, right
exit_pays = np.zeros((9, 2))
exit_pays[1, 0], exit_pays[7, 1] = 1.0, 10.0
agents = {
    "never curious, 0": np.zeros(300),
    "always a little, 0.2": np.full(300, 0.2),
    "curious at first, 1 to 0.01": epsilon_schedule(300, 1.0, 0.01, 150),
}
fig, ax = plt.subplots(figsize=(8, 4.2))
for label, rates in agents.items():
    curves = []
    for run in range(20):
        env = TableEnv(two_exits, exit_pays, exit_pays > 0, start=3)
        _, episode_returns = train_q_table(env, rates, 0.5, 0.95, np.random.default_rng(run))
        curves.append(episode_returns)
    mean = np.mean(curves, axis=0)  # (300,)
    ax.plot(np.arange(10, 301), np.convolve(mean, np.ones(10) / 10, "valid"), label=label)
    print(f"{label:28s} the last 50 episodes earn {mean[-50:].mean():.2f} each, all 300 {mean.mean():.2f}")
ax.set(title="Two exits: mean of 20 agents each", xlabel="episode", ylabel="reward of an episode", ylim=(0, 10.5))
ax.legend(title=r"$\varepsilon$", loc="center right", bbox_to_anchor=(1.0, 0.72))
dd.plot.show(
    "Reward of an episode, averaged over 20 agents and ten episodes, by episode from 10 to 300. Never curious: flat, "
    "a little above 2. Always a little: rises slowly from about 2 to between 5 and 6. Curious at first: rises from 5 "
    "to 10 within some 120 episodes and stays there."
)

# %% [markdown]
# The greedy agents made up their minds on the first day: most stumbled on the near exit, and as its 1 beats
# the 0 of everything untried, they never looked further. A constant $\varepsilon$ gets away from the near exit
# only when several random steps in a row happen to lead to the far one; its curve creeps upwards, and even at
# the end some of its agents have not found out. The third kind has met both exits many times when it calms
# down, and from then on collects the 10 in nearly every episode.
#
# ## The cliff: on-policy and off-policy
#
# Four rows of twelve squares. The start is bottom left, the goal bottom right, and all squares between them
# are a cliff. Every step costs 1; a step over the cliff costs 100 and puts the agent back at the start. It
# explores with $\varepsilon = 0.1$, for ever. Where does each method walk, and what does it earn *while it
# explores*? One table after 400 episodes still trembles, so each method learns eight times: the paths are the
# greedy ones of the *mean* of its eight tables, and the curves are means of the eight runs.


# %% demo
def make_cliff():
    """The cliff world as the arrays of TableEnv; actions left, down, right, up, as on the lake."""
    rows, columns = np.divmod(np.arange(48), 12)
    moves = [(0, -1), (1, 0), (0, 1), (-1, 0)]
    to_rows = np.stack([np.clip(rows + down, 0, 3) for down, _ in moves], axis=1)  # (48, 4)
    to_columns = np.stack([np.clip(columns + right, 0, 11) for _, right in moves], axis=1)
    arrives = (to_rows == 3) & (to_columns == 11)
    falls = (to_rows == 3) & (to_columns > 0) & (to_columns < 11)
    return np.where(falls, 36, to_rows * 12 + to_columns), np.where(falls, -100.0, -1.0), arrives


cliff = make_cliff()
rates = np.full(400, 0.1)
averages, curves = {}, {}
for method in ("q_learning", "sarsa"):
    runs = []
    for run in range(8):
        env = TableEnv(*cliff, start=36, max_steps=1000)
        runs.append(train_q_table(env, rates, 0.5, 1.0, np.random.default_rng(run), method))
    averages[method] = np.mean([table for table, _ in runs], axis=0)  # (S, A)
    curves[method] = np.mean([episode_returns for _, episode_returns in runs], axis=0)  # (400,)

fig, (path_ax, curve_ax) = plt.subplots(1, 2, figsize=(13, 3.8), width_ratios=[3, 2])
path_ax.add_patch(plt.Rectangle((0.5, 2.5), 10, 1, facecolor="0.8", edgecolor="0.4"))
path_ax.text(5.5, 3, "cliff", ha="center", va="center")
path_ax.text(0, 3.28, "start", ha="center", va="center")
path_ax.text(11, 3.28, "goal", ha="center", va="center")
names, walked = {"q_learning": "Q-learning", "sarsa": "SARSA"}, {}
for (method, table), marker in zip(averages.items(), "os", strict=True):
    walk, over = [36], False
    while not over and len(walk) < 40:
        best_action = int(np.argmax(table[walk[-1]]))
        over = cliff[2][walk[-1], best_action]
        walk.append(int(cliff[0][walk[-1], best_action]))
    walked[method] = len(walk) - 1
    label = f"{names[method]}: {walked[method]} steps"
    path_ax.plot(np.array(walk) % 12, np.array(walk) // 12, marker=marker, label=label)
    smooth = np.convolve(curves[method], np.ones(20) / 20, "valid")
    curve_ax.plot(np.arange(20, 401), smooth, label=f"{names[method]}: {curves[method][-200:].mean():.0f} in the end")
path_ax.set(xlim=(-0.5, 11.5), ylim=(3.5, -0.9), xticks=range(12), yticks=range(4), xlabel="column", ylabel="row")
path_ax.set_title("Greedy paths of the mean of 8 tables, 400 episodes each")
path_ax.legend(loc="upper center", ncols=2)
curve_ax.set(
    title="Earned while exploring, mean of 8 runs", xlabel="episode", ylabel="reward of an episode", ylim=(-120, 0)
)
curve_ax.legend(loc="lower right")
dd.plot.show(
    "Left, a grid of 4 rows and 12 columns with a grey cliff between start and goal in the bottom row. The path of "
    "Q-learning runs along the edge of the cliff, in row 2; that of SARSA goes up, runs further away from it, and "
    "comes down at the goal. Right, reward of an episode by episode: both rise within 50 episodes; then SARSA stays "
    "between -20 and -45, Q-learning between -40 and -65."
)
assert walked["q_learning"] == 13
assert curves["sarsa"][-200:].mean() > curves["q_learning"][-200:].mean()

# %% [markdown]
# On average Q-learning learned the shortest path, along the edge: right for a greedy walker, whom it imagines.
# The agent that walks it is not greedy, and one step in forty goes over. SARSA's tables know of those
# accidents, since they are in their targets, and lead along a detour. So the method with the better *greedy*
# policy earns less *while it learns*. Let $\varepsilon$ fade to 0 and the difference fades with it: the
# policy that SARSA follows becomes the greedy one.
#
# Which to use? If mistakes during learning are real, such as a broken robot, SARSA counts them. If only the
# final policy matters, or experience comes from elsewhere (a log, a human, an older policy), only an
# off-policy method can use it. Day 108 builds on that with its replay buffer.
#
# ## Put it together: the frozen lake
#
# Eight thousand episodes, $\alpha = 0.03$, $\gamma = 0.99$, and $\varepsilon$ falling from 1 to 0.1 in the
# first four thousand: at some squares the best action is worth only 0.01 or 0.03 more than the next, and the agent
# has to go on trying both. The yardstick is Day 106: value iteration, with the rules read from `env.unwrapped.P`,
# which the agent never sees. Both policies are judged in the same way, by the exact probability of standing
# on the goal within the environment's 100 steps.


# %% demo
def lake_model(env):
    """The lake's rules: probabilities p and mean rewards r, (S, A, S) and (S, A), goal and holes without a future."""
    num_states, num_actions = env.observation_space.n, env.action_space.n
    p, r = np.zeros((num_states, num_actions, num_states)), np.zeros((num_states, num_actions))
    letters = env.unwrapped.desc.ravel()
    for s in np.flatnonzero((letters != b"H") & (letters != b"G")):
        for a in range(num_actions):
            for probability, next_s, pays_now, _ in env.unwrapped.P[s][a]:
                p[s, a, next_s] += probability
                r[s, a] += probability * pays_now
    return p, r


def success_rate(p, policy, num_steps=100):
    """Probability of reaching the last state from the first within so many steps."""
    chances = np.eye(len(policy))[0]  # (S,)
    reached = 0.0
    for _ in range(num_steps):
        chances = chances @ p[np.arange(len(policy)), policy]  # (S,) @ (S, S); the goal has no way out
        reached += chances[-1]
    return reached


slippery_lake = gym.make("FrozenLake-v1")
p_lake, r_lake = lake_model(slippery_lake)
q_exact = np.zeros((16, 4))
for _ in range(2000):
    q_exact = r_lake + 0.99 * p_lake @ q_exact.max(axis=1)  # (S, A)

rates = epsilon_schedule(8000, 1.0, 0.1, 4000)
q_lake, lake_returns = train_q_table(slippery_lake, rates, 0.03, 0.99, np.random.default_rng(107))
exact_success = success_rate(p_lake, q_exact.argmax(axis=1))
learned_success = success_rate(p_lake, q_lake.argmax(axis=1))
print(f"reaches the goal within 100 steps: exact policy {exact_success:.3f}, learned policy {learned_success:.3f}")
print(f"value of the start: exact {q_exact[0].max():.3f}, learned {q_lake[0].max():.3f}")
assert abs(exact_success - 0.74) < 0.005
assert learned_success > exact_success - 0.05

fig, axes = plt.subplots(1, 3, figsize=(14, 4.2), width_ratios=[1, 1, 1.4])
arrows = [(-0.3, 0.0), (0.0, 0.3), (0.3, 0.0), (0.0, -0.3)]  # left, down, right, up
letters = slippery_lake.unwrapped.desc.astype(str).ravel()
for ax, table, title in [(axes[0], q_exact, "Exact, rules known"), (axes[1], q_lake, "Learned by acting")]:
    image = ax.imshow(table.max(axis=1).reshape(4, 4), cmap="Blues", vmin=0, vmax=1.3)
    for square, letter in enumerate(letters):
        row, column = divmod(square, 4)
        if letter in "HG":
            ax.text(column, row, {"H": "hole", "G": "goal"}[letter], ha="center", va="center", color="0.35")
            continue
        dx, dy = arrows[int(table[square].argmax())]
        tip, tail = (column + dx, row + 0.12 + dy), (column - dx, row + 0.12 - dy)
        ax.annotate("", tip, tail, arrowprops={"arrowstyle": "->", "lw": 2})
        ax.text(column - 0.45, row - 0.28, f"{table[square].max():.2f}", fontsize=10)
    ax.set(title=title, xticks=[], yticks=[])
    ax.grid(False)
smooth = np.convolve(lake_returns, np.ones(200) / 200, "valid")
axes[2].plot(np.arange(200, 8001), smooth, label="while exploring, mean of 200")
axes[2].axhline(exact_success, color="black", linestyle="--", linewidth=1.5, label=f"exact policy: {exact_success:.2f}")
label = f"learned policy, greedy: {learned_success:.2f}"
axes[2].plot(8000, learned_success, "D", color="C1", markersize=9, clip_on=False, label=label)
axes[2].set(title="Episodes that reach the goal", xlabel="episode", ylabel="share", ylim=(0, 1))
axes[2].legend(loc="upper left")
dd.plot.show(
    "Two maps of the lake, exact and learned: 16 squares, holes and goal marked, on the others an arrow and a value. "
    "Nearly all arrows are the same; values grow towards the goal in both, from about 0.5 at the start to 0.9 beside "
    "the goal, but at the top right the learned ones are lower. Right, share of episodes that reach the goal: near 0 "
    "for 1,500 episodes, rising until 4,000, then between 0.3 and 0.5; a dashed line and a diamond, both near 0.74, "
    "mark the exact and the learned policy."
)

# %% [markdown]
# Some hundred thousand steps, no rule book, and the policy is about as good as the exact one. Read the maps
# together. The arrows look odd, and odd in the same way: beside a hole the agent steers straight *away* from
# it, into the wall if need be, for on this ice a step never goes backwards. It found that out. An arrow may differ
# where two actions are worth the same, as left and right are between the two holes, or nearly the same.
#
# - **The values are close, not equal.** With a constant $\alpha$ each entry is a mean over about the last thirty
#   visits, and it never stops trembling. Q-learning converges for certain if every pair is visited for ever
#   and its learning rates $\alpha_k$ shrink, but not too fast: $\sum \alpha_k = \infty$ and
#   $\sum \alpha_k^2 < \infty$.
# - **The policy needs only the order within a row.** At the top right, where it seldom is, the agent's values
#   are still too low; the arrows there are right or nearly so.
# - **The curve stays far below the dot**, although both end with the same table: the curve is what the agent
#   earned with $\varepsilon > 0$, and the dot is its greedy policy. Beside a hole one random step in ten is dear.
#   Judge without exploring.
# - **The largest of several trembling numbers is too high on average**, so Q-learning tends to overrate.
#   Day 108 meets this again, and mends it.
#
# ## What you should remember
#
# - Model-free learning replaces the mean over next states by the one that came, and averages over time.
# - The TD error compares two guesses, one step apart; after *terminated* the later guess is 0, after
#   *truncated* it is not.
# - Explore with $\varepsilon$-greedy, break ties at random, let $\varepsilon$ decay, judge without it.
# - Q-learning is off-policy: its target takes the best next action. SARSA is on-policy: its target takes the
#   next action, slips included.
# - Seed the environment once, and not with the numbers that choose the actions.
#
# ## Check yourself
#
# 1. With $\varepsilon = 0$ throughout, do Q-learning and SARSA differ?
# 2. Somebody hands you a log of a million steps that a clumsy human took on the lake. Which of the two
#    methods can learn the best policy from it, and what must the log contain?
# 3. Start the table at 10 everywhere instead of 0, in the corridor with two exits, with $\varepsilon = 0$.
#    What does the agent do, and why?
#
# <details><summary>Answers</summary>
#
# 1. Hardly: the next action is then the best one, so both targets are the same. (If a step stays in its
#    state, the action that SARSA chose before the update may not be the best one after it.)
# 2. Q-learning, if every pair of state and action that matters occurs often enough. SARSA would learn what
#    the human's way of walking is worth.
# 3. It explores without any randomness: every step that it tries turns out to be worth less than the 10
#    promised, so the untried looks better. Only the right exit keeps the promise, since it pays exactly 10; once
#    it is found, nothing is left that looks better. This is *optimism in the face of uncertainty*.
#
# </details>
#
# ## Go further
#
# - Sutton (1988), *Learning to predict by the methods of temporal differences*, Machine Learning 3: why
#   comparing two guesses beats waiting for the end.
# - Watkins and Dayan (1992), *Q-learning*, Machine Learning 8: the method and the proof that it converges.
# - Rummery and Niranjan (1994), *On-line Q-learning using connectionist systems*, Cambridge technical report:
#   SARSA, before it had the name.
# - Singh, Jaakkola, Littman and Szepesvári (2000), *Convergence results for single-step on-policy
#   reinforcement-learning algorithms*, Machine Learning 38: when SARSA converges to the best policy.
# - Sutton and Barto (2018), *Reinforcement learning: An introduction*, 2nd edition, chapter 6: the cliff, and
#   much between the two methods of today.
# - Day 108 replaces the table by a network, for states that cannot be counted.
