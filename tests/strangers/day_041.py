# %% right: make_pipeline
def make_pipeline(x, y, batch_size, shuffle, seed):
    examples = tf.data.Dataset.from_tensor_slices((x, y))
    if shuffle:
        examples = examples.shuffle(buffer_size=x.shape[0], seed=seed, reshuffle_each_iteration=True)
    return examples.batch(batch_size, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


# %% right: make_pipeline
def make_pipeline(x, y, batch_size, shuffle, seed):
    x_all, y_all = tf.convert_to_tensor(x), tf.convert_to_tensor(y)
    places = tf.data.Dataset.range(len(y))
    if shuffle:
        places = places.shuffle(len(y), seed=seed)
    return places.batch(batch_size).map(lambda rows: (tf.gather(x_all, rows), tf.gather(y_all, rows)))


# %% wrong: make_pipeline
# idea: "packs batches first and shuffles the batches"
# fits: "You shuffle batches, not examples: those that are neighbours in the arrays always meet"
def make_pipeline(x, y, batch_size, shuffle, seed):
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch_size)
    return dataset.shuffle(len(x), seed=seed) if shuffle else dataset


# %% wrong: make_pipeline
# idea: "a buffer of one batch"
# fits: "The buffer is too small: an example can't come out much earlier than it went in"
def make_pipeline(x, y, batch_size, shuffle, seed):
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    if shuffle:
        dataset = dataset.shuffle(batch_size, seed=seed)
    return dataset.batch(batch_size)


# %% wrong: make_pipeline
# idea: "a buffer of 1000, as in every tutorial, however many examples there are"
# fits: "The buffer has a fixed size"
def make_pipeline(x, y, batch_size, shuffle, seed):
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    if shuffle:
        dataset = dataset.shuffle(1000, seed=seed)
    return dataset.batch(batch_size)


# %% wrong: make_pipeline
# idea: "a seed is taken to need one order for all passes"
# fits: "Every pass has the same order"
def make_pipeline(x, y, batch_size, shuffle, seed):
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    if shuffle:
        dataset = dataset.shuffle(len(x), seed=seed, reshuffle_each_iteration=False)
    return dataset.batch(batch_size)


# %% wrong: make_pipeline
# idea: "rows permuted once by NumPy"
# fits: "Every pass has the same order: you draw one before the pipeline begins, and none when a"
def make_pipeline(x, y, batch_size, shuffle, seed):
    if shuffle:
        order = np.random.default_rng(seed).permutation(len(x))
        x, y = x[order], y[order]
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(batch_size)


# %% wrong: make_pipeline
# idea: "the last, smaller batch is dropped"
# fits: "The last examples of a pass, too few for a full batch, are lost"
def make_pipeline(x, y, batch_size, shuffle, seed):
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    if shuffle:
        dataset = dataset.shuffle(len(x), seed=seed)
    return dataset.batch(batch_size, drop_remainder=True)


# %% wrong: make_pipeline
# idea: "the seed is not used"
# fits: "The orders don't come from the seed: a second pipeline with the same seed has others"
def make_pipeline(x, y, batch_size, shuffle, seed):
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    return (dataset.shuffle(len(x)) if shuffle else dataset).batch(batch_size)


# %% wrong: make_pipeline
# idea: "x and y are shuffled apart"
# fits: "You shuffle x and y apart from each other, so that an example comes with the label of"
def make_pipeline(x, y, batch_size, shuffle, seed):
    xs, ys = tf.data.Dataset.from_tensor_slices(x), tf.data.Dataset.from_tensor_slices(y)
    if shuffle:
        xs, ys = xs.shuffle(len(x), seed=seed), ys.shuffle(len(y), seed=seed + 1)
    return tf.data.Dataset.zip((xs, ys)).batch(batch_size)


# %% wrong: make_pipeline
# idea: "everything becomes float32"
# fits: "The pipeline changes the dtype of the arrays"
def make_pipeline(x, y, batch_size, shuffle, seed):
    dataset = tf.data.Dataset.from_tensor_slices((np.asarray(x, "float32"), y))
    if shuffle:
        dataset = dataset.shuffle(len(x), seed=seed)
    return dataset.batch(batch_size)


# %% right: throughput
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    count, examples, start = 0, 0, None
    for batch in dataset:
        count += 1
        first = batch[0] if isinstance(batch, (tuple, list)) else batch
        if count > warm_up:
            examples += int(first.shape[0])
        elif count == warm_up:
            start = clock()
    end = clock()
    if count <= warm_up:
        raise ValueError(f"more than {warm_up} batches are needed. Received: {count}")
    return float(examples / (end - start))


# %% right: throughput
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    stream = iter(dataset)
    came = len(list(itertools.islice(stream, warm_up)))
    begin = clock()
    sizes = [len(keras.tree.flatten(batch)[0]) for batch in stream]
    seconds = clock() - begin
    if not sizes:
        raise ValueError(f"nothing is left to time after the warm-up. Received: {came} batches")
    return sum(sizes) / seconds


# %% wrong: throughput
# idea: "the clock starts before the warm-up"
# fits: "The clock starts before the first batch, so the warm-up is in the time but not among the"
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    start, examples, count = clock(), 0, 0
    for batch in dataset:
        count += 1
        if count > warm_up:
            examples += len(batch[0] if isinstance(batch, tuple) else batch)
    if count <= warm_up:
        raise ValueError(f"Received: {count}")
    return examples / (clock() - start)


# %% wrong: throughput
# idea: "batches a second"
# fits: "You count batches"
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    start, count = None, 0
    for batch in dataset:
        count += 1
        if count == warm_up:
            start = clock()
    if count <= warm_up:
        raise ValueError(f"Received: {count}")
    return (count - warm_up) / (clock() - start)


# %% wrong: throughput
# idea: "len() of a tuple is taken for the batch's size"
# fits: "A tuple (x, y) has length 2, however many examples are in it"
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    examples = count = 0
    for batch in dataset:
        count += 1
        if count == warm_up:
            start = clock()
        elif count > warm_up:
            examples += len(batch)
    if count <= warm_up:
        raise ValueError(f"Received: {count}")
    return examples / (clock() - start)


# %% wrong: throughput
# idea: "the clock is read when the last batch has come, not at the end"
# fits: "You stop the clock when the last batch has come"
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    examples = count = 0
    start = end = None
    for batch in dataset:
        count += 1
        if count == warm_up:
            start = clock()
        if count > warm_up:
            examples += len(batch[0] if isinstance(batch, tuple) else batch)
            end = clock()
    if end is None:
        raise ValueError(f"Received: {count}")
    return examples / (end - start)


# %% wrong: throughput
# idea: "the warm-up is a pass of its own"
# fits: "You go through the data set twice: once to warm it up, and once more"
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    warmed = 0
    for _ in dataset:
        warmed += 1
        if warmed == warm_up:
            break
    start = clock()
    examples = 0
    for batch in dataset:
        examples += len(batch[0] if isinstance(batch, tuple) else batch)
    if warmed < warm_up or examples == 0:
        raise ValueError(f"Received: {warmed}")
    return examples / (clock() - start)


# %% wrong: throughput
# idea: "the examples of the warm-up are counted too"
# fits: "The batches of the warm-up are counted, though the time that they took is not"
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    examples = 0
    for count, batch in enumerate(dataset, 1):
        examples += len(batch[0] if isinstance(batch, tuple) else batch)
        if count == warm_up:
            start = clock()
    if count <= warm_up:
        raise ValueError(f"Received: {count}")
    return examples / (clock() - start)


# %% wrong: throughput
# idea: "all batches have the size of the first"
# fits: "You take all batches to be as large as the first"
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    size, count = None, 0
    for batch in dataset:
        count += 1
        if size is None:
            size = len(batch[0] if isinstance(batch, tuple) else batch)
        if count == warm_up:
            start = clock()
    if count <= warm_up:
        raise ValueError(f"Received: {count}")
    return size * (count - warm_up) / (clock() - start)


# %% wrong: throughput
# idea: "the mean of each batch's own rate"
# fits: "You take the mean of the batches' rates, in which a quick small batch counts as much as a"
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    rates, last = [], clock()
    for batch in dataset:
        now = clock()
        if now > last:
            rates.append(len(batch[0] if isinstance(batch, tuple) else batch) / (now - last))
        last = now
    clock()
    if len(rates) <= warm_up:
        raise ValueError(f"Received: {len(rates)}")
    return float(np.mean(rates[warm_up:]))


# %% right: padded_batches
def padded_batches(sequences, batch_size):
    def pairs():
        for sequence in sequences:
            yield np.asarray(sequence, dtype="int32"), len(sequence)

    kinds = (tf.TensorSpec((None,), tf.int32), tf.TensorSpec((), tf.int32))
    stream = tf.data.Dataset.from_generator(pairs, output_signature=kinds)
    return stream.padded_batch(batch_size, padded_shapes=([None], []))


# %% right: padded_batches
def padded_batches(sequences, batch_size):
    flat = np.array([token for sequence in sequences for token in sequence], "int32")
    ragged = tf.RaggedTensor.from_row_lengths(flat, [len(sequence) for sequence in sequences])
    batches = tf.data.Dataset.from_tensor_slices(ragged).batch(batch_size)
    return batches.map(lambda rows: (rows.to_tensor(), tf.cast(rows.row_lengths(), tf.int32)))


# %% wrong: padded_batches
# idea: "everything is padded to the longest sequence of all"
# fits: "Every batch is as wide as the longest sequence of all"
def padded_batches(sequences, batch_size):
    lengths = np.array([len(s) for s in sequences], "int32")
    tokens = np.zeros((len(sequences), lengths.max()), "int32")
    for row, sequence in zip(tokens, sequences, strict=True):
        row[: len(sequence)] = sequence
    return tf.data.Dataset.from_tensor_slices((tokens, lengths)).batch(batch_size)


# %% wrong: padded_batches
# idea: "lengths counted as the tokens that are not 0"
# fits: "You count the tokens that aren't 0"
def padded_batches(sequences, batch_size):
    stream = tf.data.Dataset.from_generator(
        lambda: (np.asarray(s, "int32") for s in sequences), output_signature=tf.TensorSpec((None,), tf.int32)
    )
    batches = stream.padded_batch(batch_size)
    return batches.map(lambda tokens: (tokens, tf.math.count_nonzero(tokens, axis=1, dtype=tf.int32)))


# %% wrong: padded_batches
# idea: "padding before the sequence, as pad_sequences has it by default"
# fits: "The padding comes before the sequences; it belongs behind them"
def padded_batches(sequences, batch_size):
    def batches():
        for i in range(0, len(sequences), batch_size):
            part = sequences[i : i + batch_size]
            yield keras.utils.pad_sequences(part, dtype="int32"), np.array([len(s) for s in part], "int32")

    kinds = (tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((None,), tf.int32))
    return tf.data.Dataset.from_generator(batches, output_signature=kinds)


# %% wrong: padded_batches
# idea: "the lengths are those after padding"
# fits: "The lengths are those of the padded rows, all alike in a batch"
def padded_batches(sequences, batch_size):
    stream = tf.data.Dataset.from_generator(
        lambda: (np.asarray(s, "int32") for s in sequences), output_signature=tf.TensorSpec((None,), tf.int32)
    )
    return stream.padded_batch(batch_size).map(lambda t: (t, tf.fill([tf.shape(t)[0]], tf.shape(t)[1])))


# %% wrong: padded_batches
# idea: "sorted by length first, to save padding"
# fits: "You sort the sequences"
def padded_batches(sequences, batch_size):
    ordered = sorted(sequences, key=len)

    def pairs():
        for sequence in ordered:
            yield np.asarray(sequence, "int32"), len(sequence)

    kinds = (tf.TensorSpec((None,), tf.int32), tf.TensorSpec((), tf.int32))
    return tf.data.Dataset.from_generator(pairs, output_signature=kinds).padded_batch(batch_size)


# %% wrong: padded_batches
# idea: "int64, what the generator and NumPy give by default"
# fits: "The numbers are right, but they are"
def padded_batches(sequences, batch_size):
    def pairs():
        for sequence in sequences:
            yield np.asarray(sequence, "int64"), len(sequence)

    kinds = (tf.TensorSpec((None,), tf.int64), tf.TensorSpec((), tf.int64))
    return tf.data.Dataset.from_generator(pairs, output_signature=kinds).padded_batch(batch_size)


# %% wrong: padded_batches
# idea: "the tokens alone"
# fits: "The tokens come alone"
def padded_batches(sequences, batch_size):
    stream = tf.data.Dataset.from_generator(
        lambda: (np.asarray(s, "int32") for s in sequences), output_signature=tf.TensorSpec((None,), tf.int32)
    )
    return stream.padded_batch(batch_size)


# %% wrong: padded_batches
# idea: "cut to the first sequence's length, so that rows fit"
def padded_batches(sequences, batch_size):
    def batches():
        for i in range(0, len(sequences), batch_size):
            part = [np.asarray(s, "int32") for s in sequences[i : i + batch_size]]
            tokens = np.zeros((len(part), len(part[0])), "int32")
            for row, s in zip(tokens, part, strict=True):
                row[: len(s)] = s[: len(row)]
            yield tokens, np.array([min(len(s), len(part[0])) for s in part], "int32")

    kinds = (tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((None,), tf.int32))
    return tf.data.Dataset.from_generator(batches, output_signature=kinds)


# %% right: write_shards
def write_shards(images, labels, folder, num_shards):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for k in range(num_shards):
        path = str(folder / f"shard-{k:05d}-of-{num_shards:05d}.tfrecord")
        with tf.io.TFRecordWriter(path) as writer:
            for i in range(k, len(images), num_shards):
                png = tf.io.encode_png(images[i][:, :, np.newaxis]).numpy()
                feature = {
                    "image": tf.train.Feature(bytes_list=tf.train.BytesList(value=[png])),
                    "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[int(labels[i])])),
                }
                example = tf.train.Example(features=tf.train.Features(feature=feature))
                writer.write(example.SerializeToString())
        paths.append(path)
    return paths


# %% right: write_shards
def write_shards(images, labels, folder, num_shards):
    os.makedirs(folder, exist_ok=True)
    names = [f"shard-{str(k).zfill(5)}-of-{str(num_shards).zfill(5)}.tfrecord" for k in range(num_shards)]
    paths = [os.path.join(str(folder), name) for name in names]
    writers = [tf.io.TFRecordWriter(path) for path in paths]
    turn = itertools.cycle(writers)
    for image, label in zip(images, labels, strict=True):
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, format="png")
        example = tf.train.Example()
        example.features.feature["label"].int64_list.value.append(label)
        example.features.feature["image"].bytes_list.value.append(buffer.getvalue())
        next(turn).write(example.SerializeToString())
    for writer in writers:
        writer.close()
    return paths


# %% wrong: write_shards
# idea: "each shard holds a run of neighbours"
# fits: "Each shard has a piece of the whole, one example after the other"
def write_shards(images, labels, folder, num_shards):
    os.makedirs(folder, exist_ok=True)
    paths = []
    for k, rows in enumerate(np.array_split(np.arange(len(images)), num_shards)):
        paths.append(str(Path(folder, f"shard-{k:05}-of-{num_shards:05}.tfrecord")))
        with tf.io.TFRecordWriter(paths[-1]) as writer:
            for i in rows:
                example = tf.train.Example()
                example.features.feature["image"].bytes_list.value.append(
                    tf.io.encode_png(images[i][..., None]).numpy()
                )
                example.features.feature["label"].int64_list.value.append(int(labels[i]))
                writer.write(example.SerializeToString())
    return paths


# %% wrong: write_shards
# idea: "shards are counted from 1"
# fits: "The files are counted from 1"
def write_shards(images, labels, folder, num_shards):
    os.makedirs(folder, exist_ok=True)
    paths = []
    for k in range(num_shards):
        paths.append(str(Path(folder, f"shard-{k + 1:05}-of-{num_shards:05}.tfrecord")))
        with tf.io.TFRecordWriter(paths[-1]) as writer:
            for image, label in zip(images[k::num_shards], labels[k::num_shards], strict=True):
                example = tf.train.Example()
                example.features.feature["image"].bytes_list.value.append(tf.io.encode_png(image[..., None]).numpy())
                example.features.feature["label"].int64_list.value.append(int(label))
                writer.write(example.SerializeToString())
    return paths


# %% wrong: write_shards
# idea: "a file is made only when an example goes into it"
# fits: "Shards that get no example are missing"
def write_shards(images, labels, folder, num_shards):
    os.makedirs(folder, exist_ok=True)
    writers = {}
    for i in range(len(images)):
        path = str(Path(folder, f"shard-{i % num_shards:05}-of-{num_shards:05}.tfrecord"))
        if path not in writers:
            writers[path] = tf.io.TFRecordWriter(path)
        example = tf.train.Example()
        example.features.feature["image"].bytes_list.value.append(tf.io.encode_png(images[i][..., None]).numpy())
        example.features.feature["label"].int64_list.value.append(int(labels[i]))
        writers[path].write(example.SerializeToString())
    for writer in writers.values():
        writer.close()
    return list(writers)


# %% wrong: write_shards
# idea: "the raw pixels instead of a PNG"
# fits: "The bytes of image are bare pixels"
def write_shards(images, labels, folder, num_shards):
    os.makedirs(folder, exist_ok=True)
    paths = []
    for k in range(num_shards):
        paths.append(str(Path(folder, f"shard-{k:05}-of-{num_shards:05}.tfrecord")))
        with tf.io.TFRecordWriter(paths[-1]) as writer:
            for image, label in zip(images[k::num_shards], labels[k::num_shards], strict=True):
                example = tf.train.Example()
                example.features.feature["image"].bytes_list.value.append(image.tobytes())
                example.features.feature["label"].int64_list.value.append(int(label))
                writer.write(example.SerializeToString())
    return paths


# %% wrong: write_shards
# idea: "JPEG, which changes the pixels"
# fits: "JPEG changes pixels a little, each time"
def write_shards(images, labels, folder, num_shards):
    os.makedirs(folder, exist_ok=True)
    paths = []
    for k in range(num_shards):
        paths.append(str(Path(folder, f"shard-{k:05}-of-{num_shards:05}.tfrecord")))
        with tf.io.TFRecordWriter(paths[-1]) as writer:
            for image, label in zip(images[k::num_shards], labels[k::num_shards], strict=True):
                example = tf.train.Example()
                example.features.feature["image"].bytes_list.value.append(
                    tf.io.encode_jpeg(image[..., None], quality=100).numpy()
                )
                example.features.feature["label"].int64_list.value.append(int(label))
                writer.write(example.SerializeToString())
    return paths


# %% wrong: write_shards
# idea: "a folder inside a folder that isn't there"
# fits: "The folder's own folder may be missing too, and mkdir makes only the last of them"
def write_shards(images, labels, folder, num_shards):
    if not os.path.exists(folder):
        os.mkdir(folder)
    paths = []
    for k in range(num_shards):
        paths.append(str(Path(folder, f"shard-{k:05}-of-{num_shards:05}.tfrecord")))
        with tf.io.TFRecordWriter(paths[-1]) as writer:
            for image, label in zip(images[k::num_shards], labels[k::num_shards], strict=True):
                example = tf.train.Example()
                example.features.feature["image"].bytes_list.value.append(tf.io.encode_png(image[..., None]).numpy())
                example.features.feature["label"].int64_list.value.append(int(label))
                writer.write(example.SerializeToString())
    return paths


# %% wrong: write_shards
# idea: "labels as a list of floats"
# fits: "The label is stored as a float"
def write_shards(images, labels, folder, num_shards):
    os.makedirs(folder, exist_ok=True)
    paths = []
    for k in range(num_shards):
        paths.append(str(Path(folder, f"shard-{k:05}-of-{num_shards:05}.tfrecord")))
        with tf.io.TFRecordWriter(paths[-1]) as writer:
            for image, label in zip(images[k::num_shards], labels[k::num_shards], strict=True):
                feature = {
                    "image": tf.train.Feature(
                        bytes_list=tf.train.BytesList(value=[tf.io.encode_png(image[..., None]).numpy()])
                    ),
                    "label": tf.train.Feature(float_list=tf.train.FloatList(value=[label])),
                }
                writer.write(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())
    return paths


# %% wrong: write_shards
# idea: "paths as Path objects"
# fits: "The paths come back as Path objects, where strings are due"
def write_shards(images, labels, folder, num_shards):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"shard-{k:05}-of-{num_shards:05}.tfrecord" for k in range(num_shards)]
    for k, path in enumerate(paths):
        with tf.io.TFRecordWriter(str(path)) as writer:
            for image, label in zip(images[k::num_shards], labels[k::num_shards], strict=True):
                example = tf.train.Example()
                example.features.feature["image"].bytes_list.value.append(tf.io.encode_png(image[..., None]).numpy())
                example.features.feature["label"].int64_list.value.append(int(label))
                writer.write(example.SerializeToString())
    return paths


# %% right: read_shards
def read_shards(paths):
    features = {"image": tf.io.FixedLenFeature([], tf.string), "label": tf.io.FixedLenFeature([], tf.int64)}

    def parse(serialized):
        parsed = tf.io.parse_single_example(serialized, features)
        picture = tf.io.decode_png(parsed["image"], channels=1)
        return tf.squeeze(picture, axis=-1), parsed["label"]

    files = tf.data.Dataset.from_tensor_slices(paths)
    records = files.interleave(
        tf.data.TFRecordDataset,
        cycle_length=len(paths),
        block_length=1,
        num_parallel_calls=tf.data.AUTOTUNE,
        deterministic=True,
    )
    return records.map(parse, num_parallel_calls=tf.data.AUTOTUNE)


# %% right: read_shards
def read_shards(paths):
    paths = list(paths)

    def examples():
        open_files = [iter(tf.data.TFRecordDataset(path)) for path in paths]
        while open_files:
            for file in list(open_files):
                record = next(file, None)
                if record is None:
                    open_files.remove(file)
                    continue
                features = tf.train.Example.FromString(record.numpy()).features.feature
                picture = Image.open(io.BytesIO(features["image"].bytes_list.value[0]))
                yield np.array(picture), features["label"].int64_list.value[0]

    kinds = (tf.TensorSpec((None, None), tf.uint8), tf.TensorSpec((), tf.int64))
    return tf.data.Dataset.from_generator(examples, output_signature=kinds)


# %% wrong: read_shards
# idea: "one file after the other"
# fits: "You read one shard to its end and then the next"
def read_shards(paths):
    wanted = {"image": tf.io.FixedLenFeature((), tf.string), "label": tf.io.FixedLenFeature((), tf.int64)}

    def parse(record):
        example = tf.io.parse_single_example(record, wanted)
        return tf.io.decode_png(example["image"], channels=1)[..., 0], example["label"]

    return tf.data.TFRecordDataset(paths).map(parse)


# %% wrong: read_shards
# idea: "deals from 4 files at a time, however many there are"
# fits: "Only some of the shards are open at a time, so the others have to wait until one has ended"
def read_shards(paths):
    wanted = {"image": tf.io.FixedLenFeature((), tf.string), "label": tf.io.FixedLenFeature((), tf.int64)}

    def parse(record):
        example = tf.io.parse_single_example(record, wanted)
        return tf.io.decode_png(example["image"], channels=1)[..., 0], example["label"]

    return tf.data.Dataset.from_tensor_slices(paths).interleave(tf.data.TFRecordDataset, cycle_length=4).map(parse)


# %% wrong: read_shards
# idea: "16 records of a file at a time, as in a tutorial"
# fits: "You read one shard to its end and then the next"
def read_shards(paths):
    wanted = {"image": tf.io.FixedLenFeature((), tf.string), "label": tf.io.FixedLenFeature((), tf.int64)}

    def parse(record):
        example = tf.io.parse_single_example(record, wanted)
        return tf.io.decode_png(example["image"], channels=1)[..., 0], example["label"]

    files = tf.data.Dataset.from_tensor_slices(paths)
    return files.interleave(tf.data.TFRecordDataset, cycle_length=len(paths), block_length=16).map(parse)


# %% wrong: read_shards
# idea: "the channel axis stays"
# fits: "The pictures have an axis of channels, of length 1, that is not asked for"
def read_shards(paths):
    wanted = {"image": tf.io.FixedLenFeature((), tf.string), "label": tf.io.FixedLenFeature((), tf.int64)}

    def parse(record):
        example = tf.io.parse_single_example(record, wanted)
        return tf.io.decode_png(example["image"], channels=1), example["label"]

    files = tf.data.Dataset.from_tensor_slices(paths)
    return files.interleave(tf.data.TFRecordDataset, cycle_length=len(paths)).map(parse)


# %% wrong: read_shards
# idea: "pixels scaled to 0..1 at once"
# fits: "You scale the pixels"
def read_shards(paths):
    wanted = {"image": tf.io.FixedLenFeature((), tf.string), "label": tf.io.FixedLenFeature((), tf.int64)}

    def parse(record):
        example = tf.io.parse_single_example(record, wanted)
        picture = tf.io.decode_png(example["image"], channels=1)[..., 0]
        return tf.cast(picture, tf.float32) / 255, example["label"]

    files = tf.data.Dataset.from_tensor_slices(paths)
    return files.interleave(tf.data.TFRecordDataset, cycle_length=len(paths)).map(parse)


# %% wrong: read_shards
# idea: "list_files shuffles the files"
# fits: "You shuffle the files"
def read_shards(paths):
    wanted = {"image": tf.io.FixedLenFeature((), tf.string), "label": tf.io.FixedLenFeature((), tf.int64)}

    def parse(record):
        example = tf.io.parse_single_example(record, wanted)
        return tf.io.decode_png(example["image"], channels=1)[..., 0], example["label"]

    files = tf.data.Dataset.list_files(paths)
    return files.interleave(tf.data.TFRecordDataset, cycle_length=len(paths)).map(parse)


# %% wrong: read_shards
# idea: "everything is read when the function is called"
# fits: "You read all files when the function is called"
def read_shards(paths):
    found = []
    for path in paths:
        rows = []
        for record in tf.data.TFRecordDataset(path):
            features = tf.train.Example.FromString(record.numpy()).features.feature
            picture = tf.io.decode_png(features["image"].bytes_list.value[0], channels=1)[..., 0]
            rows.append((picture, features["label"].int64_list.value[0]))
        found.append(rows)
    mixed = [pair for turn in itertools.zip_longest(*found) for pair in turn if pair is not None]
    kinds = (tf.TensorSpec((None, None), tf.uint8), tf.TensorSpec((), tf.int64))
    return tf.data.Dataset.from_generator(lambda: iter(mixed), output_signature=kinds)


# %% right: streaming_split
def streaming_split(stream, num_validation, buffer_size, seed):
    held_out = stream.take(num_validation)
    rest = stream.skip(num_validation)
    return rest.shuffle(buffer_size, seed=seed, reshuffle_each_iteration=True), held_out


# %% right: streaming_split
def streaming_split(stream, num_validation, buffer_size, seed):
    numbered = stream.enumerate()
    later = numbered.filter(lambda i, example: i >= num_validation).map(lambda i, example: example)
    early = numbered.take_while(lambda i, example: i < num_validation).map(lambda i, example: example)
    return later.shuffle(buffer_size, seed), early


# %% wrong: streaming_split
# idea: "shuffle, then cut"
# fits: "You shuffle before you cut, and each pass shuffles anew"
def streaming_split(stream, num_validation, buffer_size, seed):
    mixed = stream.shuffle(buffer_size, seed=seed)
    return mixed.skip(num_validation), mixed.take(num_validation)


# %% wrong: streaming_split
# idea: "shuffle once for good, then cut"
# fits: "What is held out doesn't change any more, but neither does the order of training; and the"
def streaming_split(stream, num_validation, buffer_size, seed):
    mixed = stream.shuffle(buffer_size, seed=seed, reshuffle_each_iteration=False)
    return mixed.skip(num_validation), mixed.take(num_validation)


# %% wrong: streaming_split
# idea: "the two in the other order"
# fits: "Training comes first, then validation"
def streaming_split(stream, num_validation, buffer_size, seed):
    training = stream.skip(num_validation).shuffle(buffer_size, seed=seed)
    return stream.take(num_validation), training


# %% wrong: streaming_split
# idea: "training still has the held-out examples"
# fits: "The examples that are held out are in the training part as well"
def streaming_split(stream, num_validation, buffer_size, seed):
    return stream.shuffle(buffer_size, seed=seed), stream.take(num_validation)


# %% wrong: streaming_split
# idea: "validation is shuffled as well"
# fits: "Validation is shuffled too"
def streaming_split(stream, num_validation, buffer_size, seed):
    training = stream.skip(num_validation).shuffle(buffer_size, seed=seed)
    validation = stream.take(num_validation).shuffle(buffer_size, seed=seed)
    return training, validation


# %% wrong: streaming_split
# idea: "the stream is read into a list"
# fits: "You read the stream when the function is called"
def streaming_split(stream, num_validation, buffer_size, seed):
    everything = list(stream)
    training = tf.data.Dataset.from_tensor_slices(everything[num_validation:])
    validation = tf.data.Dataset.from_tensor_slices(everything[:num_validation])
    return training.shuffle(buffer_size, seed=seed), validation


# %% wrong: streaming_split
# idea: "the shuffled order is cached"
# fits: "Every pass of training has the same order: what is kept in the cache was shuffled before,"
def streaming_split(stream, num_validation, buffer_size, seed):
    training = stream.skip(num_validation).shuffle(buffer_size, seed=seed).cache()
    return training, stream.take(num_validation)


# %% wrong: streaming_split
# idea: "the validation size for a buffer"
# fits: "The buffer is as large as validation"
def streaming_split(stream, num_validation, buffer_size, seed):
    training = stream.skip(num_validation).shuffle(max(num_validation, 1), seed=seed)
    return training, stream.take(num_validation)


# %% wrong: streaming_split
# idea: "no seed"
# fits: "The order doesn't come from the seed: a second split with the same seed has another"
def streaming_split(stream, num_validation, buffer_size, seed):
    return stream.skip(num_validation).shuffle(buffer_size), stream.take(num_validation)


# %% right: collect_pages
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    items, cursor, named, failures, first = {}, None, set(), 0, True
    while True:
        try:
            status, headers, body = fetch(cursor)
            trouble = status
        except ConnectionError as error:
            status, headers, trouble = 503, {}, error
        if status in {429, 500, 502, 503, 504}:
            failures += 1
            if failures > max_retries:
                raise RuntimeError(f"gave up after {failures} requests. Received: {trouble}")
            if "retry-after" in headers:
                wait = max(interval, int(headers["retry-after"]))
            else:
                wait = 2**failures * interval
        elif status == 200:
            failures, wait = 0, interval
            for item in body["items"]:
                items.setdefault(item["id"], item)
            cursor = body["next"]
            if cursor is None:
                return list(items.values())
            if cursor in named:
                raise RuntimeError(f"this cursor has been named before. Received: {cursor}")
            named.add(cursor)
        else:
            raise RuntimeError(f"it is no use to ask again. Received: {status}")
        sleep(wait)


# %% right: collect_pages
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    def one_page(cursor):
        for attempt in range(1, max_retries + 2):
            pause = interval * 2**attempt
            try:
                status, headers, body = fetch(cursor)
            except ConnectionError as broken:
                reason = str(broken)
            else:
                if status == 200:
                    return body
                reason = str(status)
                if status not in (429, 500, 502, 503, 504):
                    break
                if headers.get("retry-after") is not None:
                    pause = max(float(headers["retry-after"]), interval)
            if attempt <= max_retries:
                sleep(pause)
        raise RuntimeError("Received: " + reason)

    collected, known, cursors = [], set(), [None]
    while True:
        body = one_page(cursors[-1])
        for item in body["items"]:
            if item["id"] not in known:
                known.add(item["id"])
                collected.append(item)
        if body["next"] is None:
            return collected
        if body["next"] in cursors:
            raise RuntimeError(f"Received: the cursor {body['next']} a second time")
        cursors.append(body["next"])
        sleep(interval)


# %% wrong: collect_pages
# idea: "the first wait is the interval, 2**0"
# fits: "The waits double, but begin too short: after the first failure it is 2 d already"
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    items, cursor, named, failures = {}, None, set(), 0
    while True:
        try:
            status, headers, body = fetch(cursor)
            text = status
        except ConnectionError as error:
            status, headers, text = 503, {}, error
        if status == 200:
            failures = 0
            for item in body["items"]:
                items.setdefault(item["id"], item)
            cursor = body["next"]
            if cursor is None:
                return list(items.values())
            if cursor in named:
                raise RuntimeError(f"Received: {cursor}")
            named.add(cursor)
            sleep(interval)
        elif status in (429, 500, 502, 503, 504) and failures < max_retries:
            wait = interval * 2**failures
            if "retry-after" in headers:
                wait = max(interval, int(headers["retry-after"]))
            failures += 1
            sleep(wait)
        else:
            raise RuntimeError(f"Received: {text}")


# %% wrong: collect_pages
# idea: "failures are counted over the whole collection"
# fits: "The failures of one page still count for the next"
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    items, cursor, named, failures = {}, None, set(), 0
    while True:
        try:
            status, headers, body = fetch(cursor)
            text = status
        except ConnectionError as error:
            status, headers, text = 503, {}, error
        if status == 200:
            for item in body["items"]:
                items.setdefault(item["id"], item)
            cursor = body["next"]
            if cursor is None:
                return list(items.values())
            if cursor in named:
                raise RuntimeError(f"Received: {cursor}")
            named.add(cursor)
            sleep(interval)
        elif status in (429, 500, 502, 503, 504) and failures < max_retries:
            failures += 1
            wait = interval * 2**failures
            if "retry-after" in headers:
                wait = max(interval, int(headers["retry-after"]))
            sleep(wait)
        else:
            raise RuntimeError(f"Received: {text}")


# %% wrong: collect_pages
# idea: "the later copy of an item replaces the first"
# fits: "A later copy of an item replaces the one that came first"
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    items, cursor, named, failures = {}, None, set(), 0
    while True:
        try:
            status, headers, body = fetch(cursor)
            text = status
        except ConnectionError as error:
            status, headers, text = 503, {}, error
        if status == 200:
            failures = 0
            items.update({item["id"]: item for item in body["items"]})
            cursor = body["next"]
            if cursor is None:
                return list(items.values())
            if cursor in named:
                raise RuntimeError(f"Received: {cursor}")
            named.add(cursor)
            sleep(interval)
        elif status in (429, 500, 502, 503, 504) and failures < max_retries:
            failures += 1
            wait = interval * 2**failures
            if "retry-after" in headers:
                wait = max(interval, int(headers["retry-after"]))
            sleep(wait)
        else:
            raise RuntimeError(f"Received: {text}")


# %% wrong: collect_pages
# idea: "whole items are compared instead of ids"
# fits: "You compare whole items"
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    items, cursor, named, failures = [], None, set(), 0
    while True:
        try:
            status, headers, body = fetch(cursor)
            text = status
        except ConnectionError as error:
            status, headers, text = 503, {}, error
        if status == 200:
            failures = 0
            items += [item for item in body["items"] if item not in items]
            cursor = body["next"]
            if cursor is None:
                return items
            if cursor in named:
                raise RuntimeError(f"Received: {cursor}")
            named.add(cursor)
            sleep(interval)
        elif status in (429, 500, 502, 503, 504) and failures < max_retries:
            failures += 1
            wait = interval * 2**failures
            if "retry-after" in headers:
                wait = max(interval, int(headers["retry-after"]))
            sleep(wait)
        else:
            raise RuntimeError(f"Received: {text}")


# %% wrong: collect_pages
# idea: "every status but 200 is tried again"
# fits: "You ask again for what the server will never give, such as a page that isn't there"
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    items, cursor, named, failures = {}, None, set(), 0
    while True:
        try:
            status, headers, body = fetch(cursor)
            text = status
        except ConnectionError as error:
            status, headers, text = 503, {}, error
        if status == 200:
            failures = 0
            for item in body["items"]:
                items.setdefault(item["id"], item)
            cursor = body["next"]
            if cursor is None:
                return list(items.values())
            if cursor in named:
                raise RuntimeError(f"Received: {cursor}")
            named.add(cursor)
            sleep(interval)
        elif failures < max_retries:
            failures += 1
            wait = interval * 2**failures
            if "retry-after" in headers:
                wait = max(interval, int(headers["retry-after"]))
            sleep(wait)
        else:
            raise RuntimeError(f"Received: {text}")


# %% wrong: collect_pages
# idea: "max_retries is taken as the number of requests"
# fits: "You give up a request too early"
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    items, cursor, named = {}, None, set()
    while True:
        body = None
        for r in range(1, max_retries + 1):
            try:
                status, headers, body = fetch(cursor)
                text = status
            except ConnectionError as error:
                status, headers, text = 503, {}, error
            if status == 200:
                break
            if status not in (429, 500, 502, 503, 504):
                raise RuntimeError(f"Received: {status}")
            if r < max_retries:
                wait = interval * 2**r
                if "retry-after" in headers:
                    wait = max(interval, int(headers["retry-after"]))
                sleep(wait)
        else:
            raise RuntimeError(f"Received: {text}")
        for item in body["items"]:
            items.setdefault(item["id"], item)
        cursor = body["next"]
        if cursor is None:
            return list(items.values())
        if cursor in named:
            raise RuntimeError(f"Received: {cursor}")
        named.add(cursor)
        sleep(interval)


# %% wrong: collect_pages
# idea: "a broken connection ends it"
# fits: "A ConnectionError ends everything"
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    items, cursor, named, failures = {}, None, set(), 0
    while True:
        status, headers, body = fetch(cursor)
        if status == 200:
            failures = 0
            for item in body["items"]:
                items.setdefault(item["id"], item)
            cursor = body["next"]
            if cursor is None:
                return list(items.values())
            if cursor in named:
                raise RuntimeError(f"Received: {cursor}")
            named.add(cursor)
            sleep(interval)
        elif status in (429, 500, 502, 503, 504) and failures < max_retries:
            failures += 1
            wait = interval * 2**failures
            if "retry-after" in headers:
                wait = max(interval, int(headers["retry-after"]))
            sleep(wait)
        else:
            raise RuntimeError(f"Received: {status}")


# %% wrong: collect_pages
# idea: "retry-after is obeyed for 429 only"
# fits: "Not only 429 comes with retry-after"
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    items, cursor, named, failures = {}, None, set(), 0
    while True:
        try:
            status, headers, body = fetch(cursor)
            text = status
        except ConnectionError as error:
            status, headers, text = 503, {}, error
        if status == 200:
            failures = 0
            for item in body["items"]:
                items.setdefault(item["id"], item)
            cursor = body["next"]
            if cursor is None:
                return list(items.values())
            if cursor in named:
                raise RuntimeError(f"Received: {cursor}")
            named.add(cursor)
            sleep(interval)
        elif status in (429, 500, 502, 503, 504) and failures < max_retries:
            failures += 1
            wait = interval * 2**failures
            if status == 429 and "retry-after" in headers:
                wait = max(interval, int(headers["retry-after"]))
            sleep(wait)
        else:
            raise RuntimeError(f"Received: {text}")


# %% wrong: collect_pages
# idea: "a pause of the interval before every request, besides the waits"
# fits: "You wait before each request, and once more after a failure"
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    items, cursor, named, failures = {}, None, set(), 0
    while True:
        sleep(interval)
        try:
            status, headers, body = fetch(cursor)
            text = status
        except ConnectionError as error:
            status, headers, text = 503, {}, error
        if status == 200:
            failures = 0
            for item in body["items"]:
                items.setdefault(item["id"], item)
            cursor = body["next"]
            if cursor is None:
                return list(items.values())
            if cursor in named:
                raise RuntimeError(f"Received: {cursor}")
            named.add(cursor)
        elif status in (429, 500, 502, 503, 504) and failures < max_retries:
            failures += 1
            wait = interval * 2**failures
            if "retry-after" in headers:
                wait = max(interval, int(headers["retry-after"]))
            sleep(wait)
        else:
            raise RuntimeError(f"Received: {text}")


# %% wrong: collect_pages
# idea: "a page without items is taken for the end"
# fits: "A page may be empty and still name a next one"
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    items, cursor, named, failures = {}, None, set(), 0
    while True:
        try:
            status, headers, body = fetch(cursor)
            text = status
        except ConnectionError as error:
            status, headers, text = 503, {}, error
        if status == 200:
            failures = 0
            new = [item for item in body["items"] if item["id"] not in items]
            items.update({item["id"]: item for item in new})
            cursor = body["next"]
            if cursor is None or not body["items"]:
                return list(items.values())
            if cursor in named:
                raise RuntimeError(f"Received: {cursor}")
            named.add(cursor)
            sleep(interval)
        elif status in (429, 500, 502, 503, 504) and failures < max_retries:
            failures += 1
            wait = interval * 2**failures
            if "retry-after" in headers:
                wait = max(interval, int(headers["retry-after"]))
            sleep(wait)
        else:
            raise RuntimeError(f"Received: {text}")


# %% right: collect_images
def collect_images(search, query, n, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths, known, page = [], set(), 0
    while len(paths) < n:
        results = search(query, page)
        if not results:
            break
        page += 1
        for data in results:
            try:
                picture = Image.open(io.BytesIO(data))
                picture.load()
                picture = picture.convert("RGB")
            except Exception:
                continue
            key = (picture.size, hashlib.sha256(picture.tobytes()).hexdigest())
            if key in known:
                continue
            known.add(key)
            path = str(folder / f"{len(paths):05}.png")
            picture.save(path)
            paths.append(path)
            if len(paths) == n:
                break
    return paths


# %% right: collect_images
def collect_images(search, query, n, folder):
    def results():
        for page in itertools.count():
            files = search(query, page)
            if not files:
                return
            yield from files

    def good():
        earlier = []
        for data in results():
            try:
                with Image.open(io.BytesIO(data)) as opened:
                    pixels = np.asarray(opened.convert("RGB"))
            except Exception:
                continue
            if not any(np.array_equal(pixels, other) for other in earlier):
                earlier.append(pixels)
                yield pixels

    os.makedirs(folder, exist_ok=True)
    paths = []
    for k, pixels in enumerate(itertools.islice(good(), n)):
        paths.append(os.path.join(str(folder), f"{k:05d}.png"))
        Image.fromarray(pixels).save(paths[-1])
    return paths


# %% wrong: collect_images
# idea: "copies are known by the bytes of their files"
# fits: "You compare files"
def collect_images(search, query, n, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths, known, page = [], set(), 0
    while len(paths) < n and (results := search(query, page)):
        for data in results:
            key = hashlib.md5(data).digest()
            if len(paths) == n or key in known:
                continue
            try:
                picture = Image.open(io.BytesIO(data)).convert("RGB")
            except Exception:
                continue
            known.add(key)
            paths.append(str(Path(folder, f"{len(paths):05}.png")))
            picture.save(paths[-1])
        page += 1
    return paths


# %% wrong: collect_images
# idea: "verify() is taken for proof that a picture is whole"
# fits: "verify() lets some broken pictures through"
def collect_images(search, query, n, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths, known, page = [], set(), 0
    while len(paths) < n and (results := search(query, page)):
        for data in results:
            try:
                Image.open(io.BytesIO(data)).verify()
            except Exception:
                continue
            picture = Image.open(io.BytesIO(data)).convert("RGB")
            key = (picture.size, picture.tobytes())
            if len(paths) < n and key not in known:
                known.add(key)
                paths.append(str(Path(folder, f"{len(paths):05}.png")))
                picture.save(paths[-1])
        page += 1
    return paths


# %% wrong: collect_images
# idea: "only what is no picture at all is caught, not a broken one"
# fits: "A file that breaks off half-way is known as a picture, and fails only when its pixels are"
def collect_images(search, query, n, folder):
    from PIL import UnidentifiedImageError

    Path(folder).mkdir(parents=True, exist_ok=True)
    paths, known, page = [], set(), 0
    while len(paths) < n and (results := search(query, page)):
        for data in results:
            try:
                picture = Image.open(io.BytesIO(data)).convert("RGB")
            except UnidentifiedImageError:
                continue
            key = (picture.size, picture.tobytes())
            if len(paths) < n and key not in known:
                known.add(key)
                paths.append(str(Path(folder, f"{len(paths):05}.png")))
                picture.save(paths[-1])
        page += 1
    return paths


# %% wrong: collect_images
# idea: "pixels are compared without the size"
# fits: "Two pictures with the same bytes may differ in height and width"
def collect_images(search, query, n, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths, known, page = [], set(), 0
    while len(paths) < n and (results := search(query, page)):
        for data in results:
            try:
                picture = Image.open(io.BytesIO(data)).convert("RGB")
            except Exception:
                continue
            key = hashlib.sha1(picture.tobytes()).hexdigest()
            if len(paths) < n and key not in known:
                known.add(key)
                paths.append(str(Path(folder, f"{len(paths):05}.png")))
                picture.save(paths[-1])
        page += 1
    return paths


# %% wrong: collect_images
# idea: "pixels are compared before they are made RGB"
# fits: "You compare pixels before they are RGB"
def collect_images(search, query, n, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths, known, page = [], set(), 0
    while len(paths) < n and (results := search(query, page)):
        for data in results:
            try:
                picture = Image.open(io.BytesIO(data))
                picture.load()
            except Exception:
                continue
            key = (picture.size, picture.tobytes())
            if len(paths) < n and key not in known:
                known.add(key)
                paths.append(str(Path(folder, f"{len(paths):05}.png")))
                picture.convert("RGB").save(paths[-1])
        page += 1
    return paths


# %% wrong: collect_images
# idea: "numbered by place among all results, with gaps"
# fits: "You number the files by their place among all results, so that dropped ones leave gaps"
def collect_images(search, query, n, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths, known, page, place = [], set(), 0, -1
    while len(paths) < n and (results := search(query, page)):
        for data in results:
            place += 1
            try:
                picture = Image.open(io.BytesIO(data)).convert("RGB")
            except Exception:
                continue
            key = (picture.size, picture.tobytes())
            if len(paths) < n and key not in known:
                known.add(key)
                paths.append(str(Path(folder, f"{place:05}.png")))
                picture.save(paths[-1])
        page += 1
    return paths


# %% wrong: collect_images
# idea: "all results are fetched first, then the first n are kept"
# fits: "You go on asking when there are pictures enough"
def collect_images(search, query, n, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    files, page = [], 0
    while results := search(query, page):
        files += results
        page += 1
    paths, known = [], set()
    for data in files:
        try:
            picture = Image.open(io.BytesIO(data)).convert("RGB")
        except Exception:
            continue
        key = (picture.size, picture.tobytes())
        if len(paths) < n and key not in known:
            known.add(key)
            paths.append(str(Path(folder, f"{len(paths):05}.png")))
            picture.save(paths[-1])
    return paths


# %% wrong: collect_images
# idea: "the files are written as they came"
# fits: "You write the file as it came, whatever its format is, under a name that says PNG"
def collect_images(search, query, n, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths, known, page = [], set(), 0
    while len(paths) < n and (results := search(query, page)):
        for data in results:
            try:
                picture = Image.open(io.BytesIO(data)).convert("RGB")
            except Exception:
                continue
            key = (picture.size, picture.tobytes())
            if len(paths) < n and key not in known:
                known.add(key)
                paths.append(str(Path(folder, f"{len(paths):05}.png")))
                Path(paths[-1]).write_bytes(data)
        page += 1
    return paths


# %% wrong: collect_images
# idea: "near copies are dropped too, by a small grey thumbnail"
def collect_images(search, query, n, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths, known, page = [], set(), 0
    while len(paths) < n and (results := search(query, page)):
        for data in results:
            try:
                picture = Image.open(io.BytesIO(data)).convert("RGB")
            except Exception:
                continue
            small = np.asarray(picture.convert("L").resize((8, 8)), float)
            key = (small > small.mean()).tobytes()
            if len(paths) < n and key not in known:
                known.add(key)
                paths.append(str(Path(folder, f"{len(paths):05}.png")))
                picture.save(paths[-1])
        page += 1
    return paths
