# %% wrong: wide_and_deep
# idea: "every hidden layer is called on the deep input"
# fits: "called on the input"
def wide_and_deep(num_features, num_wide, hidden=(64, 32)):
    wide = keras.Input((num_wide,), name="wide")
    deep = keras.Input((num_features,), name="deep")
    x = deep
    for i in range(len(hidden)):
        x = keras.layers.Dense(hidden[i], activation="relu", name="hidden_" + str(i + 1))(deep)
    x = keras.layers.concatenate([wide, x])
    return keras.Model(inputs=[wide, deep], outputs=keras.layers.Dense(1, name="price")(x))


# %% wrong: wide_and_deep
# idea: "deep columns before the wide ones"
# fits: "sees the deep path first"
def wide_and_deep(num_features, num_wide, hidden=(64, 32)):
    wide, deep = keras.Input((num_wide,), name="wide"), keras.Input((num_features,), name="deep")
    x = deep
    for i, units in enumerate(hidden, 1):
        x = keras.layers.Dense(units, name=f"hidden_{i}")(x)
        x = keras.layers.Activation("relu")(x)
    x = keras.layers.Concatenate()([x, wide])
    return keras.Model([wide, deep], keras.layers.Dense(1, name="price")(x))


# %% wrong: wide_and_deep
# idea: "tanh in place of ReLU"
# fits: "another activation"
def wide_and_deep(num_features, num_wide, hidden=(64, 32)):
    wide, deep = keras.Input((num_wide,), name="wide"), keras.Input((num_features,), name="deep")
    x = deep
    for i, units in enumerate(hidden, 1):
        x = keras.layers.Dense(units, activation="tanh", name=f"hidden_{i}")(x)
    x = keras.layers.Concatenate()([wide, x])
    return keras.Model([wide, deep], keras.layers.Dense(1, name="price")(x))


# %% wrong: wide_and_deep
# idea: "forgets the activation of the hidden layers"
# fits: "Without ReLU"
def wide_and_deep(num_features, num_wide, hidden=(64, 32)):
    wide, deep = keras.Input((num_wide,), name="wide"), keras.Input((num_features,), name="deep")
    layers = [keras.layers.Dense(units, name=f"hidden_{i + 1}") for i, units in enumerate(hidden)]
    x = keras.Sequential(layers)(deep) if False else deep
    for layer in layers:
        x = layer(x)
    return keras.Model([wide, deep], keras.layers.Dense(1, name="price")(keras.layers.Concatenate()([wide, x])))


# %% wrong: wide_and_deep
# idea: "joins both inputs first and sends all of it through the hidden layers"
# fits: "go through the deep path as well"
# fits: "leads nowhere"
def wide_and_deep(num_features, num_wide, hidden=(64, 32)):
    wide, deep = keras.Input((num_wide,), name="wide"), keras.Input((num_features,), name="deep")
    x = keras.layers.Concatenate()([wide, deep])
    for i, units in enumerate(hidden, 1):
        x = keras.layers.Dense(units, activation="relu", name=f"hidden_{i}")(x)
    return keras.Model([wide, deep], keras.layers.Dense(1, name="price")(x))


# %% wrong: multi_output_model
# idea: "loss weights as a list, in the order of writing, while Keras sorts the names"
# fits: "You weigh the other cost"
def multi_output_model(num_features, num_classes, width=64, loss_weight=1.0, learning_rate=0.01):
    x = keras.Input((num_features,))
    h = keras.layers.Dense(width, activation="relu", name="trunk")(x)
    price, place = keras.layers.Dense(1, name="price")(h), keras.layers.Dense(num_classes, name="place")(h)
    model = keras.Model(x, {"price": price, "place": place})
    model.compile(
        keras.optimizers.Adam(learning_rate),
        loss={"price": "mse", "place": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        loss_weights={"price": loss_weight, "place": 1},
        metrics={"place": ["accuracy"]},
    )
    return model


# %% wrong: multi_output_model
# idea: "the loss by its name, which takes logits for probabilities"
# fits: "takes your logits for probabilities"
def multi_output_model(num_features, num_classes, width=64, loss_weight=1.0, learning_rate=0.01):
    x = keras.Input((num_features,))
    h = keras.layers.Dense(width, activation="relu", name="trunk")(x)
    price, place = keras.layers.Dense(1, name="price")(h), keras.layers.Dense(num_classes, name="place")(h)
    model = keras.Model(x, {"price": price, "place": place})
    model.compile(
        keras.optimizers.Adam(learning_rate),
        loss={"price": "mse", "place": "sparse_categorical_crossentropy"},
        loss_weights={"price": 1, "place": loss_weight},
        metrics={"place": ["accuracy"]},
    )
    return model


# %% wrong: multi_output_model
# idea: "softmax in the head, and the loss told of probabilities: consistent, but no logits"
# fits: "gives probabilities"
def multi_output_model(num_features, num_classes, width=64, loss_weight=1.0, learning_rate=0.01):
    x = keras.Input((num_features,))
    h = keras.layers.Dense(width, activation="relu", name="trunk")(x)
    price = keras.layers.Dense(1, name="price")(h)
    place = keras.layers.Dense(num_classes, activation="softmax", name="place")(h)
    model = keras.Model(x, {"price": price, "place": place})
    model.compile(
        keras.optimizers.Adam(learning_rate),
        loss={"price": "mse", "place": keras.losses.SparseCategoricalCrossentropy()},
        loss_weights={"price": 1, "place": loss_weight},
        metrics={"place": ["accuracy"]},
    )
    return model


# %% wrong: multi_output_model
# idea: "forgets the loss weights"
# fits: "loss_weight goes unused"
def multi_output_model(num_features, num_classes, width=64, loss_weight=1.0, learning_rate=0.01):
    x = keras.Input((num_features,))
    h = keras.layers.Dense(width, activation="relu", name="trunk")(x)
    price, place = keras.layers.Dense(1, name="price")(h), keras.layers.Dense(num_classes, name="place")(h)
    model = keras.Model(x, {"price": price, "place": place})
    model.compile(
        keras.optimizers.Adam(learning_rate),
        loss={"price": "mse", "place": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        metrics={"place": ["accuracy"]},
    )
    return model


# %% wrong: multi_output_model
# idea: "compiles with the string adam, so that the learning rate is Keras's"
# fits: "The learning rate goes unused"
def multi_output_model(num_features, num_classes, width=64, loss_weight=1.0, learning_rate=0.01):
    x = keras.Input((num_features,))
    h = keras.layers.Dense(width, activation="relu", name="trunk")(x)
    price, place = keras.layers.Dense(1, name="price")(h), keras.layers.Dense(num_classes, name="place")(h)
    model = keras.Model(x, {"price": price, "place": place})
    model.compile(
        "adam",
        loss={"price": "mse", "place": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        loss_weights={"price": 1, "place": loss_weight},
        metrics={"place": ["accuracy"]},
    )
    return model


# %% wrong: shared_encoder_similarity
# idea: "dot product of codes"
# fits: "That is the product of the codes"
def shared_encoder_similarity(encoder, num_features):
    a, b = keras.Input((num_features,), name="left"), keras.Input((num_features,), name="right")
    return keras.Model([a, b], keras.layers.Dot(axes=1)([encoder(a), encoder(b)]))


# %% wrong: shared_encoder_similarity
# idea: "a clone of the encoder for the right side"
# fits: "copy the encoder"
def shared_encoder_similarity(encoder, num_features):
    a, b = keras.Input((num_features,), name="left"), keras.Input((num_features,), name="right")
    u = encoder(a)
    second = type(encoder).from_config(encoder.get_config())
    second.name = "second"
    v = second(b)
    second.set_weights(encoder.get_weights())
    return keras.Model([a, b], keras.layers.Dot(axes=1, normalize=True)([u, v]))


# %% wrong: shared_encoder_similarity
# idea: "absolute value, as if opposite codes were alike"
# fits: "Opposite codes"
def shared_encoder_similarity(encoder, num_features):
    a, b = keras.Input((num_features,), name="left"), keras.Input((num_features,), name="right")
    return keras.Model([a, b], ops.abs(keras.layers.Dot(axes=1, normalize=True)([encoder(a), encoder(b)])))


# %% wrong: shared_encoder_similarity
# idea: "divides by the norms, NaN for a code of zeros"
# fits: "without a thought of length 0"
# fits: "divides by zero"
def shared_encoder_similarity(encoder, num_features):
    a, b = keras.Input((num_features,), name="left"), keras.Input((num_features,), name="right")
    u, v = encoder(a), encoder(b)
    norm_u = ops.sqrt(ops.sum(ops.square(u), axis=-1, keepdims=True))
    norm_v = ops.sqrt(ops.sum(ops.square(v), axis=-1, keepdims=True))
    return keras.Model([a, b], ops.sum(u * v, axis=-1, keepdims=True) / (norm_u * norm_v))


# %% wrong: shared_encoder_similarity
# idea: "a Lambda layer for the cosine"
# fits: "A Lambda layer holds code"
def shared_encoder_similarity(encoder, num_features):
    a, b = keras.Input((num_features,), name="left"), keras.Input((num_features,), name="right")
    u = keras.layers.UnitNormalization()(encoder(a))
    v = keras.layers.UnitNormalization()(encoder(b))
    dot = keras.layers.Lambda(lambda pair: ops.sum(pair[0] * pair[1], axis=-1, keepdims=True))
    return keras.Model([a, b], dot([u, v]))


# %% wrong: ResidualMLP
# idea: "ReLU after the sum, as the first residual networks had it"
# fits: "A ReLU after the sum"
class ResidualMLP(keras.Model):
    def __init__(self, width, num_blocks, num_outputs=1, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.args = dict(width=width, num_blocks=num_blocks, num_outputs=num_outputs, rate=rate)
        self.first = keras.layers.Dense(width)
        self.blocks = []
        for _ in range(num_blocks):
            self.blocks.append(keras.layers.Dense(width, activation="relu"))
            self.blocks.append(keras.layers.Dense(width, kernel_initializer="zeros"))
        self.drop = keras.layers.Dropout(rate)
        self.last = keras.layers.Dense(num_outputs)

    def call(self, x, training=None):
        x = self.first(x)
        for i in range(0, len(self.blocks), 2):
            x = ops.relu(x + self.drop(self.blocks[i + 1](self.blocks[i](x)), training=training))
        return self.last(x)

    def get_config(self):
        return {**super().get_config(), **self.args}


# %% wrong: ResidualMLP
# idea: "forgets to add the shortcut"
# fits: "replace their input"
class ResidualMLP(keras.Model):
    def __init__(self, width, num_blocks, num_outputs=1, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.args = dict(width=width, num_blocks=num_blocks, num_outputs=num_outputs, rate=rate)
        self.first = keras.layers.Dense(width)
        self.blocks = []
        for _ in range(num_blocks):
            self.blocks.append(keras.layers.Dense(width, activation="relu"))
            self.blocks.append(keras.layers.Dense(width, kernel_initializer="zeros"))
            self.blocks.append(keras.layers.Dropout(rate))
        self.last = keras.layers.Dense(num_outputs)

    def call(self, x, training=None):
        x = self.first(x)
        for layer in self.blocks:
            x = layer(x)
        return self.last(x)

    def get_config(self):
        return {**super().get_config(), **self.args}


# %% wrong: ResidualMLP
# idea: "no get_config"
# fits: "says nothing of the arguments"
class ResidualMLP(keras.Model):
    def __init__(self, width, num_blocks, num_outputs=1, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.first = keras.layers.Dense(width)
        self.bend, self.turn = [], []
        self.pairs = []
        for _ in range(num_blocks):
            pair = keras.layers.Dense(width, "relu"), keras.layers.Dense(width, kernel_initializer="zeros")
            self.pairs.append(pair)
        self.drop = keras.layers.Dropout(rate)
        self.last = keras.layers.Dense(num_outputs)

    def call(self, x, training=None):
        x = self.first(x)
        for bend, turn in self.pairs:
            x = x + self.drop(turn(bend(x)), training=training)
        return self.last(x)


# %% wrong: ResidualMLP
# idea: "starts W instead of V at zero"
# fits: "start with something to say"
class ResidualMLP(keras.Model):
    def __init__(self, width, num_blocks, num_outputs=1, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.args = dict(width=width, num_blocks=num_blocks, num_outputs=num_outputs, rate=rate)
        self.first = keras.layers.Dense(width)
        self.blocks = []
        for _ in range(num_blocks):
            self.blocks.append(keras.layers.Dense(width, activation="relu", kernel_initializer="zeros"))
            self.blocks.append(keras.layers.Dense(width))
        self.drop = keras.layers.Dropout(rate)
        self.last = keras.layers.Dense(num_outputs)

    def call(self, x, training=None):
        x = self.first(x)
        for i in range(0, len(self.blocks), 2):
            x = x + self.drop(self.blocks[i + 1](self.blocks[i](x)), training=training)
        return self.last(x)

    def get_config(self):
        return {**super().get_config(), **self.args}


# %% wrong: ResidualMLP
# idea: "one dropout over the sum"
# fits: "also hits the shortcut"
class ResidualMLP(keras.Model):
    def __init__(self, width, num_blocks, num_outputs=1, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.args = dict(width=width, num_blocks=num_blocks, num_outputs=num_outputs, rate=rate)
        self.first = keras.layers.Dense(width)
        self.blocks = []
        for _ in range(num_blocks):
            self.blocks.append(keras.layers.Dense(width, activation="relu"))
            self.blocks.append(keras.layers.Dense(width, kernel_initializer="zeros"))
        self.drop = keras.layers.Dropout(rate)
        self.last = keras.layers.Dense(num_outputs)

    def call(self, x, training=None):
        x = self.first(x)
        for i in range(0, len(self.blocks), 2):
            x = self.drop(x + self.blocks[i + 1](self.blocks[i](x)), training=training)
        return self.last(x)

    def get_config(self):
        return {**super().get_config(), **self.args}
