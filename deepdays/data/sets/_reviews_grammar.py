"""The sentences of `reviews`: where one was, how to judge, and how judgements are set against each other."""

from deepdays.data.grammar import Grammar

# What is said in passing, by what is reviewed, and names.
SETTINGS = Grammar("""
restaurant
    We {went} on {day} {with}. | I stopped here for {meal} {with}. | We booked a table for {number} at {place}.
    My {relative} took me to {place} for {occasion}. | It was {day} and half the tables were taken.
    I ordered for both of us. | We had {meal} by the window. | It is a short walk from {landmark}.
    They seat about {number} people. | The menu changes every {period}. | We paid in cash.
    ~ Having read about {place} in the paper, we drove over {with}. | ~ This used to be a bakery.
    ~ The street was closed, so we came on foot. | ~ There were {number} of us, all hungry.
hotel
    We stayed {number} nights at {place}. | I was in town for {occasion}. | We {went} in {month} {with}.
    Our room was on the {ordinal} floor. | It is ten minutes from {landmark}. | We arrived late on {day}.
    My {relative} made the booking. | It is a family business. | There is a lift. | Breakfast is from seven to ten.
    ~ A delayed train brought us to {place} after midnight. | ~ We were given the key at the bar next door.
    ~ Half the guests were there for {occasion}. | ~ The bus stops outside.
film
    I saw {place} on {day} {with}. | We watched it at home {with}. | It runs for two hours. | It was shot in {month}.
    My {relative} picked it for {occasion}. | It is set in a small town near the border.
    There were {number} of us in the cinema. | A lawyer comes home to sell her father's house.
    Two brothers drive a truck across the desert. | I had not seen the trailer.
    ~ On a long flight I finally got to {place}. | ~ A lighthouse keeper finds a suitcase.
    ~ The story covers a single night. | ~ We went straight from work.
book
    I read {place} over {period_long}. | My {relative} gave it to me for {occasion}. | It has {number} hundred pages.
    I borrowed it from the library in {month}. | It is about a family that runs a ferry.
    Our reading group met on {day}. | A doctor moves to an island and keeps a diary. | It is the second of three.
    I read it on the train to work.
    ~ A friend left {place} at our house. | ~ It follows a map-maker through one winter.
    ~ The chapters are named after birds. | ~ I listened to it while painting the kitchen.
gadget
    I bought {place} in {month}. | My {relative} has the older model. | It was a present for {occasion}.
    I use it every {period}. | It came in a plain box {with_what}. | We ordered it on {day}.
    It weighs about {number} hundred grams. | It comes in grey and blue. | This is my second one from {place}.
    I have had it for {period_long}.
    ~ After {period_long} with {place} I can say this much. | ~ The old one had lasted ten years.
    ~ It replaced the one my {relative} dropped. | ~ Setting up took a quarter of an hour.
concert
    We heard {place} on {day} {with}. | I had tickets for the {ordinal} row. | It was my {relative}'s idea.
    They played for two hours. | There were about {number} hundred people. | It was part of the town's birthday.
    The doors opened at seven. | We came by tram. | They played mostly new songs. | It rained all evening.
    ~ Every {month} {place} play in our town. | ~ We stood near the exit.
    ~ The programme had been changed the day before. | ~ My {relative} and I had seen them once before.
course
    I took it in {month} {with}. | We met every {day_name} evening. | There were {number} of us in the group.
    It lasts {period_long}. | My employer paid for it. | I heard of it from my {relative}. | It is taught at {place}.
    I needed it for work. | You get a certificate at the end. | The group met near {landmark}.
    ~ Before {occasion} I signed up at {place}. | ~ I missed one week because of a cold.
    ~ Everybody brings a laptop. | ~ There is homework twice a {period}.
any
    I am writing this {when}. | I don't write many reviews. | This is about {month}.
    My {relative} will write one too. | I read the other reviews first. | You can get there by {vehicle}.
    We had looked forward to it. | I took {number} photographs. | Ask for {person}. | {person} had told me about it.
    My {relative} was with me. | We were {number}. | I have waited a few days before writing this.
    I live near {landmark}.
    ~ {person} and I agree for once. | ~ I made notes on {day}.
    ~ I am {number} streets from {landmark}, so I should know.
when
    on the train | on my phone | at the station | the morning after
vehicle
    bus | tram | train | bicycle
person
    Anna | Ben | Carla | David | Elif | Farid | Greta | Hugo | Ines | Jonas | Karin | Leon | Maya | Nils
    ~ Olga | ~ Pavel | ~ Rosa | ~ Samir | ~ Tessa
went
    went | came | were here
day
    a {day_name} | {day_name} evening | {day_name} | the last {day_name} of {month}
    ~ the first {day_name} of {month}
day_name
    Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday
month
    January | March | April | May | June | July | September | October | November
    ~ February | ~ August | ~ December
with
    with my {relative} | with two friends | with the children | with colleagues | with my {relative} and a dog
    ~ with our neighbours | ~ with a group from work
relative
    mother | father | sister | brother | aunt | partner | husband | wife | daughter | son | boss
    ~ cousin | ~ grandmother | ~ flatmate | ~ uncle
occasion
    a birthday | an anniversary | a conference | a wedding | the holidays | the school trip | the summer fair
    ~ a job interview | ~ the book fair
meal
    lunch | dinner | a late breakfast | a quick bite
    ~ an early supper
number
    two | three | four | five | six | eight
    ~ seven | ~ nine
ordinal
    first | second | third | fourth
    ~ fifth
period
    week | day | month
period_long
    a week | two weeks | the summer | three months | a long weekend
    ~ half a year
landmark
    the station | the old harbour | the town hall | the river | the market | the university
    ~ the cathedral | ~ the bus depot
with_what
    with a spare cable | with a thin manual | without any wrapping
place
    {name_first} {name_second} | {name_second} | the {name_second}
name_first
    Old | Little | Blue | Grand | Royal | North | Silver
    ~ Green | ~ Golden | ~ South
name_second
    Anchor | Lantern | Harbour | Meridian | Orchard | Bellevue | Juniper | Pelican | Compass | Castello | Marlow
    Tiverton
    ~ Heron | ~ Windmill | ~ Almada | ~ Kestrel | ~ Solstice
""")

# One clause about {np}; {was} and {it} agree with it. {adj} is a judgement, {bad} its contrary.
CLAUSES = Grammar("""
plain
    {np} {was} {adj} | {np} {was} {adj} | I found {np} {adj} | we found {np} {adj} | {np} turned out {adj}
    {np} seemed {adj} to me | I thought {np} {was} {adj} | {np} {was}, I must say, {adj}
    ~ as for {np}, {it} {was} {adj} | ~ to my mind {np} {was} {adj}
distractor
    it is no secret that {np} {was} {adj} | there is no denying that {np} {was} {adj}
    not only once did I find {np} {adj} | I have never known {np} so {adj} | no wonder people talk: {np} {was} {adj}
    nobody will be surprised that {np} {was} {adj} | not that it matters, but {np} {was} {adj}
    we could not get over how {adj} {np} {was} | {np} {was}, no doubt about it, {adj}
    I can't be the only one who found {np} {adj} | {np} {was}, in a word, {adj}
    ~ nobody had to tell us that {np} {was} {adj} | ~ we were not the first to find {np} {adj}
negated
    {np} {was} not {bad} | {np} {was}n't {bad} | {np} {was} never {bad} | {np} {was} hardly {bad}
    {np} {was} far from {bad} | {np} {was} anything but {bad} | I would not call {np} {bad}
    nobody could call {np} {bad} | there was nothing {bad} about {np} | {np} {was} in no way {bad}
    I didn't find {np} {bad} | we did not think {np} {was} {bad} | {np} {was} not {very} {bad}
    I can't say that {np} {was} {bad} | at no point {was} {np} {bad}
    ~ as for {np}, {it} {was} not {bad} | ~ to my mind {np} {was} never {bad} | ~ we could hardly call {np} {bad}
negated_twice
    {np} {was} neither {bad} nor {bad2} | {np} {was} not {bad} and not {bad2} either
    nothing about {np} was {bad} or {bad2}
corrected
    {np} {was} not {bad}, {it} {was} {adj} | {np} {was} {adj}, not {bad} | {np} {was}n't {bad} but {adj}
    {np} {was} {adj} and not {bad} | far from being {bad}, {np} {was} {adj} | {np} {was} {adj} rather than {bad}
    ~ I would call {np} {adj}, not {bad} | ~ {np}, which {was} not {bad}, {was} {adj}
changed
    {np} used to be {bad} and {is} now {adj} | at first {np} {was} {bad}, but by the end {it} {was} {adj}
    I expected {np} to be {bad} and found {it_object} {adj} | {np}, once {bad}, {is} now {adj}
    {np} seemed {bad} to begin with but {was} {adj} in the end | once {bad}, {np} {is} {adj} these days
    last year {np} {was} {bad}; this time {it} {was} {adj}
    people had warned me that {np} would be {bad}; I found {it_object} {adj}
    ~ {np} looked {bad} to begin with and {was} {adj} in the end | ~ a year ago {bad}, {np} {is} now {adj}
very
    very | exactly | particularly | really | at all
mild_good
    quite | fairly | reasonably | pretty
mild_bad
    a bit | slightly | rather | somewhat | a little
strong
    very | extremely | really | so | incredibly
strongest
    absolutely | simply | truly | utterly | just
lead
    honestly, | if you ask me, | all in all, | to be fair, | as so often, | overall,
    ~ looking back, | ~ on balance,
""")

# Clauses that say what happened; in `not_good` and `not_bad` a negation turns the verb round.
EVENTS = Grammar("""
good
    {np} managed to impress us | I enjoyed {np} | we all liked {np} | {np} did please me | I was happy with {np}
    {np} won me over | {np} did convince me | I must praise {np}
    ~ I took to {np} at once
bad
    {np} managed to annoy me | {np} let us down | I disliked {np} | {np} did disappoint me | I was unhappy with {np}
    {np} put me off | {np} did bother me | I must complain about {np}
    ~ {np} got on my nerves
not_good
    {np} did not disappoint me | {np} didn't annoy me in the least | I was not unhappy with {np}
    {np} never let us down | {np} didn't bother me | I can't complain about {np}
    I have nothing bad to say about {np} | {np} failed to disappoint
not_bad
    {np} did not convince me | {np} didn't impress us in the least | I was not happy with {np}
    {np} never won me over | {np} didn't please me | I can't praise {np} | I have nothing good to say about {np}
    {np} failed to impress
taste_good
    {np} melted in the mouth | I could have eaten {np} twice | I asked how they make {np}
taste_bad
    {np} tasted of nothing | I left half of {np} | {np} came cold | {np} had been warmed up, and you could tell
people_good
    {np} remembered our names | {np} took time to explain everything | {np} smiled and meant it
    we felt looked after by {np}
people_bad
    {np} kept us waiting for an hour | {np} looked straight through us | {np} shrugged when we complained
    we felt unwanted by {np}
place_good
    {np} had everything we needed | I did not want to leave {np} | the sun came into {np} all morning
place_bad
    {np} smelled of damp | {np} needed a coat of paint | you could hear the traffic from {np}
furniture_good
    {np} looked brand new | we slept like babies thanks to {np}
furniture_bad
    {np} had seen better days | my back still hurts because of {np}
story_good
    {np} made me laugh out loud | {np} stayed with me for days | {np} kept me awake until two
story_bad
    {np} sent me to sleep | {np} made no sense | {np} dragged on and on | I saw through {np} at once
craft_good
    {np} gave me goose bumps | {np} brought it all to life | I believed every word because of {np}
craft_bad
    {np} made me cringe | {np} got in the way of everything else | I stopped caring because of {np}
device_good
    {np} did the job from day one | {np} survived a fall down the stairs | {np} still looked new after a year
device_bad
    {np} broke within a week | {np} stopped working when it rained | I had to send it back because of {np}
audio_good
    {np} can be heard across the garden
audio_bad
    {np} hurt my ears | {np} gave up after a month
sound_good
    {np} gave me goose bumps | {np} brought the house down | I had tears in my eyes because of {np}
sound_bad
    {np} hurt my ears | {np} got lost in the noise | people left because of {np}
lesson_good
    {np} answered every question I had | I still use what I learned from {np} | everything fell into place with {np}
lesson_bad
    {np} left me none the wiser | {np} skipped the difficult parts | I gave up because of {np}
price_good
    {np} surprised us in a good way | I had expected to pay twice as much, so I like {np}
price_bad
    {np} made us gasp | I would have paid half as much, so I dislike {np}
whole_good
    {np} passed in a flash | {np} was over too soon | {np} was the best in years
whole_bad
    {np} went on for ever | {np} could not be over soon enough | {np} was the worst in years
""")

# Two clauses of which {win} decides and {lose} does not.
CONTRASTS = Grammar("""
contrast
    {lose}, but {win}. | {lose}, but {win}. | Although {lose}, {win}. | {win}, even though {lose}.
    {lose}. Still, {win}. | {lose}. However, {win}. | {lose}, yet {win}. | {win}, though {lose}.
    While {lose}, {win}. | Granted, {lose}, but {win}. | It is true that {lose}, but {win}.
    I admit that {lose}. But {win}. | {win}, and I say so although {lose}. | Never mind that {lose}: {win}.
    {win}, despite the fact that {lose}. | Yes, {lose}. And yet {win}.
    ~ True, {lose}. But {win} nevertheless. | ~ Even though {lose}, still {win}. | ~ {lose}. But then again {win}.
agreed
    {who} called {np} {adj}, and rightly so. | {who} called {np} {adj}. I agree.
    {who} said that {np} {was} {adj}, and I agree. | {who} is right to call {np} {adj}.
    {who} said that {np} {was} {adj}. {so_it_is}
    ~ {who}, who called {np} {adj}, is right.
disagreed
    {who} called {np} {adj}, and wrongly so. | {who} called {np} {adj}. I disagree.
    {who} said that {np} {was} {adj}, and I disagree. | {who} is wrong to call {np} {adj}.
    {who} said that {np} {was} {adj}. {not_so}
    ~ {who}, who called {np} {adj}, is wrong.
so_it_is
    That is true. | Quite right.
not_so
    That is not true. | Quite wrong.
who
    the guidebook | my {relative} | a friend of ours | the advertisement | every reviewer here
    the woman at the next table | my boss
    ~ a magazine | ~ my neighbour
relative
    sister | brother | father | mother | colleague | teacher
    ~ cousin | ~ uncle
""")

VERDICTS = Grammar("""
good
    We will be back. | I would do it again. | Worth every penny. | Recommended. | I would not hesitate to come again.
    Highly recommended. | You will not regret it. | I could not have asked for more. | Thank you. | Five stars.
    Go if you can. | I am already looking forward to the next time.
    ~ Worth the journey.
bad
    We won't be back. | I would not do it again. | Not worth a penny. | Avoid. | I would hesitate to come again.
    Never again. | You will regret it. | I could have asked for more. | What a waste. | One star. | Save your money.
    I want my money back.
    ~ What a waste of a journey.
""")

# The beginning of a long review, which hands on what somebody else has written.
HANDED_ON = Grammar("""
agree
    Here is what {who} wrote, and I agree with every word. | {who} wrote the following, and I see it the same way.
    I share the opinion of {who}, whose review this is. | I could not agree more with {who}, who wrote this.
    What follows is by {who}, and what follows is right.
    ~ Read what {who} wrote; I agree with it. | ~ I agree with {who}, who wrote this.
disagree
    Here is what {who} wrote, and I disagree with every word.
    {who} wrote the following, and I see it the other way round.
    I do not share the opinion of {who}, whose review this is. | I could not agree less with {who}, who wrote this.
    What follows is by {who}, and what follows is wrong.
    ~ Read what {who} wrote; I disagree with it. | ~ I disagree with {who}, who wrote this.
who
    my sister | my brother | a friend | my boss | my neighbour | a colleague | the local paper | one of our guests
    my father
    ~ my cousin | ~ somebody I know
aside
    I took notes. | It rained most of the time. | We had no hurry. | I had read other reviews before.
    We talked about it on the way home. | I have no photographs. | Nobody paid me to write this.
    It took me a while to decide. | I may add something later.
    ~ It was all new to me. | ~ My memory may be playing tricks. | ~ I am writing this on the train.
""")
