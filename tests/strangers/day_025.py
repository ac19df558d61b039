# %% right: Value
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% right: Value
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    @staticmethod
    def _node(data, pairs, operation):
        pairs = [(parent, slope) for parent, slope in pairs if isinstance(parent, Value)]
        return Value(data, [p for p, _ in pairs], [s for _, s in pairs], operation)

    @staticmethod
    def _number(x):
        return x.data if isinstance(x, Value) else float(x)

    def __add__(self, other):
        return self._node(self.data + self._number(other), [(self, 1), (other, 1)], "+")

    __radd__ = __add__

    def __mul__(self, other):
        n = self._number(other)
        return self._node(self.data * n, [(self, n), (other, self.data)], "*")

    __rmul__ = __mul__

    def __neg__(self):
        return Value(-self.data, [self], [-1], "neg")

    def __sub__(self, other):
        return self._node(self.data - self._number(other), [(self, 1), (other, -1)], "-")

    def __rsub__(self, other):
        return Value(float(other) - self.data, [self], [-1], "-")

    def __truediv__(self, other):
        n = self._number(other)
        return self._node(self.data / n, [(self, 1 / n), (other, -self.data / n**2)], "/")

    def __rtruediv__(self, other):
        return Value(float(other) / self.data, [self], [-float(other) / self.data**2], "/")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        result = self.data**exponent
        slope = exponent * self.data ** (exponent - 1) if exponent != 0 else 0
        return Value(result, [self], [slope], "pow")

    def __rpow__(self, base):
        log_base = math.log(base)
        result = math.exp(log_base * self.data)
        return Value(result, [self], [log_base * result], "rpow")


# %% wrong: Value
# idea: "product rule: each parent gets its own number"
# fits: "The local gradients of a product have changed"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (self.data, other.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "2 - v computed as v - 2"
# fits: "In a reflected difference the plain number"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return self - other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "1 / v computed as v / 1"
# fits: "In a reflected quotient the plain number"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self / other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "k ** v computed as v ** k"
# fits: "In k**r the plain number is the base and"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        return self**base


# %% wrong: Value
# idea: "slope of k ** v by the power rule"
# fits: "In k**r the exponent moves and the base"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (self.data * base ** (self.data - 1),), f"{base}**")


# %% wrong: Value
# idea: "slope of k ** v without the logarithm"
# fits: "The slope of k**r equals k**r itself for"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data,), f"{base}**")


# %% wrong: Value
# idea: "no look at the base of k ** v"
# fits: "A base of 0 or below has no logarithm and"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        data = base**self.data
        return Value(data, (self,), (data * math.log(abs(base) or 1.0),), f"{base}**")


# %% wrong: Value
# idea: "the corner of the power forgotten"
# fits: "To the power of 0 everything is a constant"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "all powers of 0 get the slope 0"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if self.data == 0 or exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "power rule without taking one off the exponent"
# fits: "The slope of a power: what happens to the"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data**exponent
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "powers by NumPy: infinity and nan instead of an error"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            with np.errstate(all="ignore"):
                slope = exponent * np.power(self.data, float(exponent) - 1)
        with np.errstate(all="ignore"):
            data = np.power(self.data, float(exponent))
        return Value(data, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "parents collected in a set"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        parents = {self, other}
        return Value(self.data + other.data, parents, [1.0] * len(parents), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "the sum changes self in place"
# fits: "Your sum changes its left operand. Another"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        self.data += other.data
        return self

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "the sign turned in place"
# fits: "Your sign is turned in the number itself."
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        self.data = -self.data
        return self

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "difference as a sum, slopes 1 and 1"
# fits: "Raise the second term of a difference and"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        other = Value.of(other)
        return Value(self.data - other.data, (self, other), (1.0, 1.0), "-")

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "quotient's second slope without the minus"
# fits: "A larger divisor makes a smaller quotient."
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        other = Value.of(other)
        return Value(self.data / other.data, (self, other), (1 / other.data, self.data / other.data**2), "/")

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "quotient's second slope: denominator not squared"
# fits: "The sign is right, but the slope of a quotient"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        other = Value.of(other)
        return Value(self.data / other.data, (self, other), (1 / other.data, -self.data / other.data), "/")

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "division by 0 made harmless by an epsilon"
# fits: "A small number added to the divisor shifts"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * (Value.of(other) + 1e-12) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "floor division"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        other = Value.of(other)
        return Value(self.data // other.data, (self, other), (1 / other.data, -self.data / other.data**2), "/")

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "the reflected sum written the wrong way round calls itself for ever"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return other + self

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "a plain number on the right not wrapped"
# fits: "A plain number has no `.data`. Wrap what"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "a Value on the right wrapped anew, so the path is cut"
# fits: "A Value on the right is wrapped once more"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value(getattr(other, "data", other))
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% wrong: Value
# idea: "the exponent rounded to an int"
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        exponent = int(exponent)
        if exponent == 0:
            slope = 0.0
        else:
            slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        if base <= 0:
            raise ValueError("base must be positive")
        data = base**self.data
        return Value(data, (self,), (data * math.log(base),), f"{base}**")


# %% right: elementary_functions
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% right: elementary_functions
def _unary(function, slope, name):
    def method(self):
        y = function(self.data)
        return Value(y, [self], [slope(self.data, y)], name)

    return method


tanh = _unary(lambda x: float(np.tanh(x)), lambda x, y: (1 - y) * (1 + y), "tanh")
exp = _unary(math.exp, lambda x, y: y, "exp")
log = _unary(math.log, lambda x, y: x**-1, "log")
relu = _unary(lambda x: x if x > 0 else 0.0, lambda x, y: 1.0 if y > 0 else 0.0, "relu")

Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "tanh from exponentials overflows"
# fits: "Your tanh or its slope is right near 0"
def tanh(self):
    y = (math.exp(self.data) - math.exp(-self.data)) / (math.exp(self.data) + math.exp(-self.data))
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "tanh from exp(2x) overflows on one side"
# fits: "Your tanh or its slope is right near 0"
def tanh(self):
    e = math.exp(2 * self.data)
    y = (e - 1) / (e + 1)
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "slope of tanh by cosh overflows"
# fits: "Your tanh or its slope is right near 0"
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 / math.cosh(self.data) ** 2,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "slope of tanh taken at x: 1 - x squared"
# fits: "The slope of tanh is said with its result"
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - self.data**2,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "slope of tanh like a sigmoid's"
# fits: "That is how the sigmoid's slope is said"
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (y * (1 - y),), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "slope of exp is x itself"
# fits: "The slope of exp is said with its result"
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (self.data,), "exp")


def log(self):
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "logarithm to the base of 10"
# fits: "Logarithms are natural here: the one that"
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    return Value(math.log10(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "slope of log from the result: 1 / y"
# fits: "The slope of the logarithm is said with"
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    y = math.log(self.data)
    return Value(y, (self,), (1 / y,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "log of x + epsilon"
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    return Value(math.log(self.data + 1e-8), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "log1p"
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    return Value(math.log1p(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "slope 1 at the corner of relu"
# fits: "At 0 itself ReLU's slope is a convention."
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data >= 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "relu returns its argument where nothing is to be done"
# fits: "Your ReLU hands back the very Value that"
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    if self.data > 0:
        return self
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "leaky relu"
# fits: "Where ReLU shuts a value out it is flat"
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (1.0 if self.data > 0 else 0.01,), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "relu's slope is x"
# fits: "You record ReLU's value as its slope. The"
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (max(self.data, 0.0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "returns plain numbers"
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return y


def log(self):
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% wrong: elementary_functions
# idea: "exp without a parent"
# fits: "Your exp makes a leaf. Without a parent"
def tanh(self):
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y * y,), "tanh")


def exp(self):
    y = math.exp(self.data)
    return Value(y)


def log(self):
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% right: topological_order
def topological_order(output):
    order, seen, stack = [], set(), [(output, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            for parent in node.parents:
                if parent not in seen:
                    stack.append((parent, False))
    return order


# %% right: topological_order
def topological_order(output):
    # Kahn's method from the output: a node leaves once all that was computed from it has left
    waiting, found, stack = {id(output): 0}, [output], [output]
    while stack:
        for parent in stack.pop().parents:
            if id(parent) not in waiting:
                waiting[id(parent)] = 0
                found.append(parent)
                stack.append(parent)
            waiting[id(parent)] += 1
    ready, order = [output], []
    while ready:
        node = ready.pop()
        order.append(node)
        for parent in node.parents:
            waiting[id(parent)] -= 1
            if waiting[id(parent)] == 0:
                ready.append(parent)
    return order[::-1]


# %% right: topological_order
def topological_order(output):
    order, seen = [], {output}
    stack = [(output, iter(output.parents))]
    while stack:
        node, parents = stack[-1]
        for parent in parents:
            if parent not in seen:
                seen.add(parent)
                stack.append((parent, iter(parent.parents)))
                break
        else:
            order.append(node)
            stack.pop()
    return order


# %% wrong: topological_order
# idea: "recursion"
# fits: "The order is right, but the function calls"
def topological_order(output):
    order, seen = [], set()

    def visit(node):
        if node in seen:
            return
        seen.add(node)
        for parent in node.parents:
            visit(parent)
        order.append(node)

    visit(output)
    return order


# %% wrong: topological_order
# idea: "recursion with the limit raised a little"
# fits: "You raise Python's limit and call on. That"
def topological_order(output):
    import sys

    old = sys.getrecursionlimit()
    sys.setrecursionlimit(5000)
    order, seen = [], set()

    def visit(node):
        if node in seen:
            return
        seen.add(node)
        for parent in node.parents:
            visit(parent)
        order.append(node)

    try:
        visit(output)
    finally:
        sys.setrecursionlimit(old)
    return order


# %% wrong: topological_order
# idea: "breadth first, reversed"
# fits: "You go through the graph in rings around"
def topological_order(output):
    order, seen, queue = [], {output}, [output]
    while queue:
        node = queue.pop(0)
        order.append(node)
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                queue.append(parent)
    return order[::-1]


# %% wrong: topological_order
# idea: "depth first by a stack, preorder reversed"
# fits: "Turning round the order of first visits"
def topological_order(output):
    order, seen, stack = [], set(), [output]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        order.append(node)
        stack.extend(node.parents)
    return order[::-1]


# %% wrong: topological_order
# idea: "output first"
# fits: "Your list begins with the output. Each node"
def topological_order(output):
    order, seen, stack = [], set(), [(output, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            for parent in node.parents:
                if parent not in seen:
                    stack.append((parent, False))
    return order[::-1]


# %% wrong: topological_order
# idea: "a node once for each use"
# fits: "A node that is used twice is listed twice."
def topological_order(output):
    order, stack = [], [output]
    while stack:
        node = stack.pop()
        order.append(node)
        stack.extend(node.parents)
    return order[::-1]


# %% wrong: topological_order
# idea: "without the output"
# fits: "The output itself is missing from its list"
def topological_order(output):
    order, seen, stack = [], set(), [(output, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            for parent in node.parents:
                if parent not in seen:
                    stack.append((parent, False))
    return order[:-1]


# %% wrong: topological_order
# idea: "leaves left out"
# fits: "The leaves are missing. They depend on nothing"
def topological_order(output):
    order, seen, stack = [], set(), [(output, False)]
    while stack:
        node, done = stack.pop()
        if done and node.parents:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            for parent in node.parents:
                if parent not in seen:
                    stack.append((parent, False))
    return order


# %% wrong: topological_order
# idea: "marks left on the nodes"
def topological_order(output):
    order, stack = [], [(output, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif not hasattr(node, 'seen'):
            node.seen = True
            stack.append((node, True))
            for parent in node.parents:
                if not hasattr(parent, 'seen'):
                    stack.append((parent, False))
    return order


# %% wrong: topological_order
# idea: "compares numbers instead of nodes"
# fits: "Two nodes that happen to hold the same number"
def topological_order(output):
    order, seen, stack = [], set(), [(output, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node.data not in seen:
            seen.add(node.data)
            stack.append((node, True))
            for parent in node.parents:
                if parent.data not in seen:
                    stack.append((parent, False))
    return order


# %% wrong: topological_order
# idea: "returns a generator"
# fits: "The order is right, but it can be walked"
def topological_order(output):
    order, seen, stack = [], set(), [(output, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            for parent in node.parents:
                if parent not in seen:
                    stack.append((parent, False))
    return iter(order)


# %% right: backward
def backward(self):
    ledger = {self: 1.0}
    for node in reversed(topological_order(self)):
        share = ledger.get(node, 0.0)
        node.grad += share
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            ledger[parent] = ledger.get(parent, 0.0) + share * local


Value.backward = backward


# %% right: backward
def backward(self):
    nodes = topological_order(self)
    place = {id(node): i for i, node in enumerate(nodes)}
    bars = [0.0] * len(nodes)
    bars[-1] = 1.0
    for i in range(len(nodes) - 1, -1, -1):
        node = nodes[i]
        for j, parent in enumerate(node.parents):
            bars[place[id(parent)]] += node.local_gradients[j] * bars[i]
    for node, bar in zip(nodes, bars):
        node.grad += bar


Value.backward = backward


# %% wrong: backward
# idea: "grad serves as the ledger"
# fits: "You use .grad itself as the ledger, so what"
def backward(self):
    self.grad = 1.0
    for node in reversed(topological_order(self)):
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            parent.grad += node.grad * local


Value.backward = backward


# %% wrong: backward
# idea: "grads set to zero first"
# fits: "A second sweep wipes out the first. Gradients"
def backward(self):
    order = topological_order(self)
    for node in order:
        node.grad = 0.0
    self.grad = 1.0
    for node in reversed(order):
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            parent.grad += node.grad * local


Value.backward = backward


# %% wrong: backward
# idea: "overwrites instead of adding"
# fits: "A node that is used twice keeps only the"
def backward(self):
    ledger = {self: 1.0}
    for node in reversed(topological_order(self)):
        share = ledger.get(node, 0.0)
        node.grad += share
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            ledger[parent] = share * local


Value.backward = backward


# %% wrong: backward
# idea: "the account is overwritten"
# fits: "A second sweep wipes out the first. Gradients"
def backward(self):
    ledger = {self: 1.0}
    for node in reversed(topological_order(self)):
        share = ledger.get(node, 0.0)
        node.grad = share
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            ledger[parent] = ledger.get(parent, 0.0) + share * local


Value.backward = backward


# %% wrong: backward
# idea: "walks the order from its start"
# fits: "You start at the leaves, before anything"
def backward(self):
    ledger = {self: 1.0}
    for node in topological_order(self):
        share = ledger.get(node, 0.0)
        node.grad += share
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            ledger[parent] = ledger.get(parent, 0.0) + share * local


Value.backward = backward


# %% wrong: backward
# idea: "starts with the output's number"
# fits: "The sweep starts from the slope of the output"
def backward(self):
    ledger = {self: self.data}
    for node in reversed(topological_order(self)):
        share = ledger.get(node, 0.0)
        node.grad += share
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            ledger[parent] = ledger.get(parent, 0.0) + share * local


Value.backward = backward


# %% wrong: backward
# idea: "adds local gradients instead of multiplying"
def backward(self):
    ledger = {self: 1.0}
    for node in reversed(topological_order(self)):
        share = ledger.get(node, 0.0)
        node.grad += share
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            ledger[parent] = ledger.get(parent, 0.0) + share + local


Value.backward = backward


# %% wrong: backward
# idea: "multiplies by the parent's number"
# fits: "A share is what has arrived times the local"
def backward(self):
    ledger = {self: 1.0}
    for node in reversed(topological_order(self)):
        share = ledger.get(node, 0.0)
        node.grad += share
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            ledger[parent] = ledger.get(parent, 0.0) + share * parent.data


Value.backward = backward


# %% wrong: backward
# idea: "the output itself gets nothing"
# fits: "The output gets nothing. Its slope with"
def backward(self):
    ledger = {self: 1.0}
    for node in reversed(topological_order(self)):
        share = ledger.get(node, 0.0)
        if node is not self:
            node.grad += share
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            ledger[parent] = ledger.get(parent, 0.0) + share * local


Value.backward = backward


# %% wrong: backward
# idea: "returns the leaves' gradients"
# fits: "The gradients are put in place, and then"
def backward(self):
    ledger = {self: 1.0}
    for node in reversed(topological_order(self)):
        share = ledger.get(node, 0.0)
        node.grad += share
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            ledger[parent] = ledger.get(parent, 0.0) + share * local
    return [value for node, value in ledger.items() if not node.parents]


Value.backward = backward


# %% wrong: backward
# idea: "adds the old grad to the ledger"
def backward(self):
    ledger = {self: 1.0}
    for node in reversed(topological_order(self)):
        share = ledger.get(node, 0.0) + node.grad
        node.grad += share
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            ledger[parent] = ledger.get(parent, 0.0) + share * local


Value.backward = backward


# %% wrong: backward
# idea: "only leaves are paid"
# fits: "Only leaves receive their gradient. Every"
def backward(self):
    ledger = {self: 1.0}
    for node in reversed(topological_order(self)):
        share = ledger.get(node, 0.0)
        if not node.parents:
            node.grad += share
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            ledger[parent] = ledger.get(parent, 0.0) + share * local


Value.backward = backward


# %% wrong: backward
# idea: "a parent used twice is paid once"
# fits: "A dict holds each parent once, but in x"
def backward(self):
    ledger = {self: 1.0}
    for node in reversed(topological_order(self)):
        share = ledger.get(node, 0.0)
        node.grad += share
        for parent, local in dict(zip(node.parents, node.local_gradients, strict=True)).items():
            ledger[parent] = ledger.get(parent, 0.0) + share * local


Value.backward = backward


# %% wrong: backward
# idea: "follows every path"
def backward(self):
    stack = [(self, 1.0)]
    while stack:
        node, product = stack.pop()
        node.grad += product
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            stack.append((parent, product * local))


Value.backward = backward


# %% wrong: backward
# idea: "empties the graph to free memory"
# fits: "Your sweep takes the graph apart. A second"
def backward(self):
    ledger = {self: 1.0}
    for node in reversed(topological_order(self)):
        share = ledger.get(node, 0.0)
        node.grad += share
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            ledger[parent] = ledger.get(parent, 0.0) + share * local
        node.parents, node.local_gradients = (), ()


Value.backward = backward


# %% right: Neuron
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        z = self.b
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * feature
        if self.activation == "tanh":
            return z.tanh()
        if self.activation == "relu":
            return z.relu()
        return z

    def parameters(self):
        return self.w + [self.b]


# %% right: Neuron
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.theta = list(map(Value, [*w, b]))

    def __call__(self, x):
        x = list(x)
        if len(x) + 1 != len(self.theta):
            raise ValueError("number of inputs")
        products = [self.theta[i] * x[i] for i in range(len(x))]
        z = sum(products, self.theta[-1])
        return getattr(z, self.activation)() if self.activation != "linear" else z

    def parameters(self):
        return list(self.theta)


# %% wrong: Neuron
# idea: "the bias is forgotten"
# fits: "Your unit ignores its bias."
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        z = Value(0.0)
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * feature
        if self.activation == "tanh":
            return z.tanh()
        if self.activation == "relu":
            return z.relu()
        return z

    def parameters(self):
        return self.w + [self.b]


# %% wrong: Neuron
# idea: "the bias inside each product"
# fits: "Your bias is part of every product: it is"
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        z = Value(0.0)
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * feature + self.b
        if self.activation == "tanh":
            return z.tanh()
        if self.activation == "relu":
            return z.relu()
        return z

    def parameters(self):
        return self.w + [self.b]


# %% wrong: Neuron
# idea: "bias first in parameters"
# fits: "All parameters are there, in another order"
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        z = self.b
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * feature
        if self.activation == "tanh":
            return z.tanh()
        if self.activation == "relu":
            return z.relu()
        return z

    def parameters(self):
        return [self.b] + self.w


# %% wrong: Neuron
# idea: "parameters copied"
# fits: "You hand out copies: the gradients arrive"
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        z = self.b
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * feature
        if self.activation == "tanh":
            return z.tanh()
        if self.activation == "relu":
            return z.relu()
        return z

    def parameters(self):
        return [Value(p.data) for p in self.w + [self.b]]


# %% wrong: Neuron
# idea: "zip without strict"
# fits: "With too few or too many inputs your unit"
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        z = self.b
        for weight, feature in zip(self.w, x):
            z = z + weight * feature
        if self.activation == "tanh":
            return z.tanh()
        if self.activation == "relu":
            return z.relu()
        return z

    def parameters(self):
        return self.w + [self.b]


# %% wrong: Neuron
# idea: "always tanh"
# fits: "Your unit applies tanh whatever its activation"
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        z = self.b
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * feature
        return z.tanh()

    def parameters(self):
        return self.w + [self.b]


# %% wrong: Neuron
# idea: "linear ends in relu"
# fits: "A linear unit applies no function: a negative"
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        z = self.b
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * feature
        if self.activation == "tanh":
            return z.tanh()
        return z.relu()

    def parameters(self):
        return self.w + [self.b]


# %% wrong: Neuron
# idea: "weights kept as plain numbers"
# fits: "You hand out the parameters' numbers. Whoever"
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [float(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        z = self.b
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * feature
        if self.activation == "tanh":
            return z.tanh()
        if self.activation == "relu":
            return z.relu()
        return z

    def parameters(self):
        return self.w + [self.b]


# %% wrong: Neuron
# idea: "inputs stripped of their history"
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        z = self.b
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * float(getattr(feature, 'data', feature))
        if self.activation == "tanh":
            return z.tanh()
        if self.activation == "relu":
            return z.relu()
        return z

    def parameters(self):
        return self.w + [self.b]


# %% wrong: Neuron
# idea: "the sum kept in the bias: the second call goes on from the first"
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        z = self.b
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * feature
        self.b = z
        if self.activation == "tanh":
            return z.tanh()
        if self.activation == "relu":
            return z.relu()
        return z

    def parameters(self):
        return self.w + [self.b]


# %% wrong: Neuron
# idea: "activation of each product"
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        z = self.b
        for weight, feature in zip(self.w, x, strict=True):
            z = z + (weight * feature).tanh() if self.activation == 'tanh' else z + weight * feature
        if self.activation == "tanh":
            return z.tanh()
        if self.activation == "relu":
            return z.relu()
        return z

    def parameters(self):
        return self.w + [self.b]


# %% wrong: Neuron
# idea: "new Values at each call"
# fits: "You hand out copies: the gradients arrive"
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        self.w, self.b = [Value(p.data) for p in self.w], Value(self.b.data)
        z = self.b
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * feature
        if self.activation == "tanh":
            return z.tanh()
        if self.activation == "relu":
            return z.relu()
        return z

    def parameters(self):
        return self.w + [self.b]


# %% wrong: Neuron
# idea: "inputs multiplied as numbers of data: numpy dot of data"
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        z = Value(np.dot([p.data for p in self.w], [getattr(f, "data", f) for f in x]) + self.b.data)
        if self.activation == "tanh":
            return z.tanh()
        if self.activation == "relu":
            return z.relu()
        return z

    def parameters(self):
        return self.w + [self.b]


# %% right: Layer
class Layer:
    def __init__(self, w, b, activation="tanh"):
        self.neurons = [Neuron(column, bias, activation) for column, bias in zip(zip(*w), b, strict=True)]

    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]

    def parameters(self):
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]


# %% right: Layer
class Layer:
    def __init__(self, w, b, activation="tanh"):
        w = np.array(w, dtype=float)
        self.units = []
        for m in range(w.shape[1]):
            self.units.append(Neuron(w[:, m].tolist(), float(b[m]), activation))

    def __call__(self, x):
        return list(map(lambda unit: unit(x), self.units))

    def parameters(self):
        return list(itertools.chain.from_iterable(unit.parameters() for unit in self.units))


# %% wrong: Layer
# idea: "a row a unit"
# fits: "Your units are made from rows of w. Row"
class Layer:
    def __init__(self, w, b, activation="tanh"):
        self.neurons = [Neuron(column, bias, activation) for column, bias in zip(w, b)]

    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]

    def parameters(self):
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]


# %% wrong: Layer
# idea: "the activation is not handed on"
# fits: "All your units use tanh: hand the activation"
class Layer:
    def __init__(self, w, b, activation="tanh"):
        self.neurons = [Neuron(column, bias) for column, bias in zip(zip(*w), b, strict=True)]

    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]

    def parameters(self):
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]


# %% wrong: Layer
# idea: "one bias for all"
# fits: "All units share the first bias. Each has"
class Layer:
    def __init__(self, w, b, activation="tanh"):
        self.neurons = [Neuron(column, b[0], activation) for column, bias in zip(zip(*w), b, strict=True)]

    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]

    def parameters(self):
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]


# %% wrong: Layer
# idea: "biases left at 0"
# fits: "The biases never reach the units."
class Layer:
    def __init__(self, w, b, activation="tanh"):
        self.neurons = [Neuron(column, 0.0, activation) for column, bias in zip(zip(*w), b, strict=True)]

    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]

    def parameters(self):
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]


# %% wrong: Layer
# idea: "parameters nested by unit"
# fits: "Your parameters are a list of lists; one"
class Layer:
    def __init__(self, w, b, activation="tanh"):
        self.neurons = [Neuron(column, bias, activation) for column, bias in zip(zip(*w), b, strict=True)]

    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]

    def parameters(self):
        return [neuron.parameters() for neuron in self.neurons]


# %% wrong: Layer
# idea: "weights of all, then biases of all"
# fits: "The parameters are all there, but not unit"
class Layer:
    def __init__(self, w, b, activation="tanh"):
        self.neurons = [Neuron(column, bias, activation) for column, bias in zip(zip(*w), b, strict=True)]

    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]

    def parameters(self):
        return [p for n in self.neurons for p in n.parameters()[:-1]] + [n.parameters()[-1] for n in self.neurons]


# %% wrong: Layer
# idea: "a single output is unwrapped"
# fits: "A layer of one unit hands out the bare Value."
class Layer:
    def __init__(self, w, b, activation="tanh"):
        self.neurons = [Neuron(column, bias, activation) for column, bias in zip(zip(*w), b, strict=True)]

    def __call__(self, x):
        outputs = [neuron(x) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self):
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]


# %% wrong: Layer
# idea: "one neuron serves for all units"
# fits: "There is only one neuron, asked again and"
class Layer:
    def __init__(self, w, b, activation="tanh"):
        columns = list(zip(*w))
        self.neurons = [Neuron(columns[0], b[0], activation)] * len(columns)

    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]

    def parameters(self):
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]


# %% wrong: Layer
# idea: "a generator instead of a list"
class Layer:
    def __init__(self, w, b, activation="tanh"):
        self.neurons = [Neuron(column, bias, activation) for column, bias in zip(zip(*w), b, strict=True)]

    def __call__(self, x):
        return (neuron(x) for neuron in self.neurons)

    def parameters(self):
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]


# %% right: MLP
class MLP:
    def __init__(self, params, activation="tanh"):
        last = len(params) - 1
        self.layers = [Layer(w, b, "linear" if i == last else activation) for i, (w, b) in enumerate(params)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


# %% right: MLP
from functools import reduce


class MLP:
    def __init__(self, params, activation="tanh"):
        *inner, (w, b) = params
        self.stack = [Layer(v, c, activation) for v, c in inner] + [Layer(w, b, "linear")]

    def __call__(self, x):
        return reduce(lambda values, layer: layer(values), self.stack, x)

    def parameters(self):
        return sum((layer.parameters() for layer in self.stack), [])


# %% wrong: MLP
# idea: "the last layer has the activation too"
# fits: "Your last layer applies the activation too"
class MLP:
    def __init__(self, params, activation="tanh"):
        last = len(params) - 1
        self.layers = [Layer(w, b, activation) for i, (w, b) in enumerate(params)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


# %% wrong: MLP
# idea: "only the first layer has the activation"
class MLP:
    def __init__(self, params, activation="tanh"):
        last = len(params) - 1
        self.layers = [Layer(w, b, activation if i == 0 else "linear") for i, (w, b) in enumerate(params)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


# %% wrong: MLP
# idea: "the activation's default everywhere"
# fits: "The hidden layers always use tanh: hand"
class MLP:
    def __init__(self, params, activation="tanh"):
        last = len(params) - 1
        self.layers = [Layer(w, b, "linear" if i == last else "tanh") for i, (w, b) in enumerate(params)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


# %% wrong: MLP
# idea: "all layers linear"
# fits: "None of your layers applies a function"
class MLP:
    def __init__(self, params, activation="tanh"):
        last = len(params) - 1
        self.layers = [Layer(w, b, "linear") for i, (w, b) in enumerate(params)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


# %% wrong: MLP
# idea: "every layer reads x"
# fits: "Every layer of yours reads the original"
class MLP:
    def __init__(self, params, activation="tanh"):
        last = len(params) - 1
        self.layers = [Layer(w, b, "linear" if i == last else activation) for i, (w, b) in enumerate(params)]

    def __call__(self, x):
        for layer in self.layers:
            y = layer(x)
        return y

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


# %% wrong: MLP
# idea: "the single output unwrapped"
# fits: "A single output is taken out of its list"
class MLP:
    def __init__(self, params, activation="tanh"):
        last = len(params) - 1
        self.layers = [Layer(w, b, "linear" if i == last else activation) for i, (w, b) in enumerate(params)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x[0] if len(x) == 1 else x

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


# %% wrong: MLP
# idea: "parameters of the last layer first"
# fits: "All parameters are there, but the last layer's"
class MLP:
    def __init__(self, params, activation="tanh"):
        last = len(params) - 1
        self.layers = [Layer(w, b, "linear" if i == last else activation) for i, (w, b) in enumerate(params)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [parameter for layer in reversed(self.layers) for parameter in layer.parameters()]


# %% wrong: MLP
# idea: "parameters nested by layer"
# fits: "Your parameters are a list of lists; one"
class MLP:
    def __init__(self, params, activation="tanh"):
        last = len(params) - 1
        self.layers = [Layer(w, b, "linear" if i == last else activation) for i, (w, b) in enumerate(params)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [layer.parameters() for layer in self.layers]


# %% wrong: MLP
# idea: "graph cut between layers"
class MLP:
    def __init__(self, params, activation="tanh"):
        last = len(params) - 1
        self.layers = [Layer(w, b, "linear" if i == last else activation) for i, (w, b) in enumerate(params)]

    def __call__(self, x):
        for layer in self.layers:
            x = [Value(v.data) for v in layer(x)]
        return x

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


# %% wrong: MLP
# idea: "params popped empty"
# fits: "Your code changes one of its arguments in"
class MLP:
    def __init__(self, params, activation="tanh"):
        w, b = params.pop()
        self.layers = [Layer(v, c, activation) for v, c in params] + [Layer(w, b, "linear")]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


# %% wrong: MLP
# idea: "a tanh at the end"
# fits: "Your last layer squeezes its outputs between"
class MLP:
    def __init__(self, params, activation="tanh"):
        last = len(params) - 1
        self.layers = [Layer(w, b, "linear" if i == last else activation) for i, (w, b) in enumerate(params)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return [v.tanh() for v in x]

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


# %% wrong: MLP
# idea: "two layers at most"
class MLP:
    def __init__(self, params, activation="tanh"):
        last = len(params) - 1
        self.layers = [Layer(w, b, "linear" if i == last else activation) for i, (w, b) in enumerate(params) if i in (0, last)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


# %% right: train_step
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad
    return loss.data


# %% right: train_step
def zero_grad(parameters):
    for p in parameters:
        p.grad = 0.0


def train_step(model, x, labels, learning_rate):
    thetas = model.parameters()
    zero_grad(thetas)
    n, total = len(labels), 0.0
    for i in range(n):  # an example at a time: gradients add up in grad
        (logit,) = model(x[i])
        share = logistic_loss(logit, int(labels[i])) * (1 / n)
        share.backward()
        total += share.data
    for p in thetas:
        p.data = p.data - learning_rate * p.grad
    return float(total)


# %% wrong: train_step
# idea: "gradients never set to zero"
# fits: "The gradients of earlier steps are still"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    loss.backward()
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad
    return loss.data


# %% wrong: train_step
# idea: "gradients set to zero after the sweep"
# fits: "Nothing moves. Are the gradients of the"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    loss.backward()
    zero_grad(parameters)
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad
    return loss.data


# %% wrong: train_step
# idea: "set to zero at the end instead of the beginning"
# fits: "You clear the gradients after the step."
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    loss.backward()
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad
    zero_grad(parameters)
    return loss.data


# %% wrong: train_step
# idea: "sum instead of mean"
# fits: "You step on the sum of the losses; with"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad
    return loss.data


# %% wrong: train_step
# idea: "uphill"
# fits: "The loss climbs. The gradient points uphill"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter.data += learning_rate * parameter.grad
    return loss.data


# %% wrong: train_step
# idea: "the update becomes a new Value"
# fits: "Nothing moves. Are the gradients of the"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter = parameter - learning_rate * parameter.grad
    return loss.data


# %% wrong: train_step
# idea: "the loss after the step"
# fits: "You return the loss after the step; the"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad
    losses = [logistic_loss(model(row)[0], label).data for row, label in zip(x, labels, strict=True)]
    return sum(losses) / len(losses)


# %% wrong: train_step
# idea: "returns the Value"
# fits: "You return the Value and with it the whole"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad
    return loss


# %% wrong: train_step
# idea: "one step for each example"
# fits: "You take a step after every example. Here"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    total = 0.0
    for row, label in zip(x, labels, strict=True):
        loss = logistic_loss(model(row)[0], label)
        zero_grad(model.parameters())
        loss.backward()
        for parameter in model.parameters():
            parameter.data -= learning_rate * parameter.grad
        total += loss.data
    return total / len(x)


# %% wrong: train_step
# idea: "gradients clipped"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter.data -= learning_rate * max(-1.0, min(1.0, parameter.grad))
    return loss.data


# %% wrong: train_step
# idea: "rate capped at 1"
# fits: "You hold the learning rate down. It is taken"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter.data -= min(learning_rate, 1.0) * parameter.grad
    return loss.data


# %% wrong: train_step
# idea: "zero_grad also clears the numbers"
# fits: "zero_grad sets the gradients to 0, and the"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0
        parameter.data = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad
    return loss.data


# %% wrong: train_step
# idea: "zero_grad returns the list"
# fits: "zero_grad hands its list back. It works"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0
    return parameters


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad
    return loss.data


# %% wrong: train_step
# idea: "zero_grad sets None"
# fits: "None is no number: the next sweep has to"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = None


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad
    return loss.data


# %% wrong: train_step
# idea: "gradient divided by N once more"
# fits: "The loss is a mean already, and so is its"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad / len(losses)
    return loss.data


# %% wrong: train_step
# idea: "squared error instead of the logistic loss"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [(model(row)[0] - label) ** 2 for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad
    return loss.data


# %% wrong: train_step
# idea: "the last example is left out"
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    losses = [logistic_loss(model(row)[0], label) for row, label in list(zip(x, labels, strict=True))[: max(1, len(labels) - 1)]]
    loss = sum(losses) / len(losses)
    parameters = model.parameters()
    zero_grad(parameters)
    loss.backward()
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad
    return loss.data
