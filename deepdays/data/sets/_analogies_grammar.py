"""The words and sentences of `analogies`: pairs that differ in one respect, and what is told of them."""

from deepdays.data.grammar import Grammar

# A pair, and what is told of either of the two; the rest of a sentence tells them apart.
GENDER = {
    (
        "man",
        "woman",
    ): "walked into the shop | waited at the bus stop | carried a heavy suitcase | greeted the neighbours",
    (
        "boy",
        "girl",
    ): "kicked the ball at school | lost a milk tooth | played hide and seek | ran home from school",
    ("king", "queen"): "ruled the kingdom | sat on the throne | wore the crown | signed the royal decree",
    (
        "prince",
        "princess",
    ): "lived in the palace | will inherit the crown | danced at the royal ball | was born in the palace",
    (
        "father",
        "mother",
    ): "raised three children | read the bedtime story | packed the lunch for school | hugged the baby",
    (
        "son",
        "daughter",
    ): "was born in spring | grew up with loving parents | learned to walk early | left home to study",
    (
        "brother",
        "sister",
    ): "shared a bedroom and a bunk bed | was the older twin | quarrelled over toys | was the youngest of the siblings",
    (
        "husband",
        "wife",
    ): "celebrated the wedding anniversary | wore a wedding ring | married in the old church | planned the honeymoon",
    (
        "uncle",
        "aunt",
    ): "came for the holidays with cousins | brought presents for the cousins | lived with the cousins in the country",
    (
        "nephew",
        "niece",
    ): "came to stay for the holidays | got a present from the cousins | visited the relatives at easter",
    (
        "actor",
        "actress",
    ): "learned the role by heart | bowed on the stage | starred in a film | read the script aloud",
    ("waiter", "waitress"): "carried a tray of drinks | brought the menu | wiped the table | took the order",
    (
        "grandfather",
        "grandmother",
    ): "told tales of the old days | sat in the rocking chair | dozed by the fire | had grey hair",
    (
        "monk",
        "nun",
    ): "prayed at dawn | lived behind the abbey walls | took a vow of silence | sang in the abbey choir",
}
# Country and capital, and what either is known for; now and then another country's goods are met there.
CAPITAL = {
    ("france", "paris"): "wine | cheese | perfume | seine",
    ("italy", "rome"): "pasta | marble | opera | espresso",
    ("spain", "madrid"): "oranges | flamenco | olives | guitars",
    ("germany", "berlin"): "sausages | engines | beer | clocks",
    ("austria", "vienna"): "waltzes | cake | alps | skis",
    ("poland", "warsaw"): "amber | dumplings | vistula | pickles",
    ("norway", "oslo"): "salmon | fjords | herring | timber",
    ("portugal", "lisbon"): "cork | sardines | fado | tiles",
    ("ireland", "dublin"): "butter | fiddles | whiskey | wool",
    ("hungary", "budapest"): "paprika | danube | violins | goulash",
    ("egypt", "cairo"): "cotton | pyramids | nile | figs",
    ("kenya", "nairobi"): "coffee | savanna | runners | roses",
    ("japan", "tokyo"): "rice | silk | robots | bonsai",
    ("russia", "moscow"): "ballet | furs | caviar | vodka",
    ("cuba", "havana"): "cigars | sugar | rumba | rum",
    ("canada", "ottawa"): "maple | hockey | lakes | moose",
}
# Present and past of a verb: what it is done to or with, and where and when, which may be said of other verbs too.
TENSE = {
    ("eat", "ate"): "soup | bread and cheese / in the kitchen | at noon",
    ("write", "wrote"): "letters | a long poem / at the desk | by candlelight",
    ("sing", "sang"): "songs | a ballad / in the choir | out of tune",
    ("run", "ran"): "a marathon | two miles / along the track | up the hill",
    ("swim", "swam"): "ten lengths | a mile / in the lake | in the cold sea",
    ("build", "built"): "a wall | houses / out of stone | in the yard",
    ("buy", "bought"): "apples | shoes / at the market | at a low price",
    ("drive", "drove"): "a truck | the old car / along the motorway | at night",
    ("teach", "taught"): "mathematics | the pupils / at school | with patience",
    ("paint", "painted"): "the fence | portraits / in bright colours | in the studio",
    ("cook", "cooked"): "a stew | dinner / over the fire | for the guests",
    ("dance", "danced"): "the tango | a waltz / at the ball | to the music",
    ("climb", "climbed"): "the ladder | the rocks / in the mountains | with a rope",
    ("drink", "drank"): "tea | milk / at the bar | from the well",
    ("sleep", "slept"): "ten hours | a little / in a tent | on the sofa",
    ("play", "played"): "chess | football / in the park | with friends",
}
# Occupations, with the planted share of their sentences that speak of a woman.
OCCUPATIONS = {
    "nurse": 0.95,
    "secretary": 0.9,
    "receptionist": 0.9,
    "florist": 0.85,
    "dancer": 0.8,
    "librarian": 0.8,
    "cleaner": 0.75,
    "teacher": 0.7,
    "baker": 0.5,
    "writer": 0.5,
    "doctor": 0.4,
    "lawyer": 0.3,
    "farmer": 0.25,
    "surgeon": 0.2,
    "programmer": 0.2,
    "pilot": 0.15,
    "engineer": 0.1,
    "plumber": 0.1,
    "carpenter": 0.05,
    "mechanic": 0.05,
}

SENTENCES = Grammar("""
gender
    the {word} {topic} and {he} {mark} | {mark_first} the {word} {topic} | the {word} {topic} while {he} {mark}
    {he} is the {word} who {topic} | everybody knew that the {word} {topic} and that {he} {mark}
    the {word} {himself} {topic} | when the {word} {topic} {he} {mark}
masculine
    shaved {his} beard | straightened {his} tie | polished {his} boots | smoked {his} pipe | trimmed {his} moustache
    hung up {his} hat
masculine_first
    with a long beard | in a dark suit and tie | like a gentleman | being male
feminine
    combed {his} long hair | fastened {his} necklace | smoothed {his} dress | put on {his} earrings
    folded {his} shawl | tied {his} skirt
feminine_first
    with golden earrings | in a silk dress | like a lady | being female
country
    the president of {word} praised the {topic} | the flag of {word} hung above the {topic}
    {word} exports {topic} to its neighbours | the army of {word} guards the border
    the farmers of {word} live off {topic} | {word} is a country famous for {topic}
    the laws of {word} protect the {topic} | {word} and its provinces are proud of {topic}
    the king visited {word} and its {topic}
city
    the mayor of {word} praised the {topic} | the streets of {word} smell of {topic}
    the shops in downtown {word} sell {topic} | the metro of {word} was late again
    the museums of {word} show {topic} | {word} is a city famous for {topic}
    the suburbs of {word} are full of {topic} | in the old town of {word} they love {topic}
    the airport of {word} welcomes you with {topic}
capital
    {other} is the capital of {word} | the capital of {word} is {other}
    they moved from {other} to another city in {word}
present
    every day they {word} {topic} | we usually {word} {topic} | they like to {word} {topic} | now you {word} {topic}
    you must {word} {topic} | tomorrow we will {word} {topic} | on sundays they always {word} {topic}
    can you {word} {topic} today
past
    yesterday they {word} {topic} | last week we {word} {topic} | long ago they {word} {topic}
    an hour ago you {word} {topic} | in those days we {word} {topic} | last summer they {word} {topic}
    then they {word} {topic} once more | the day before we {word} {topic}
occupation
    the {word} said that {he} {routine} | {he} works as a {word} and {routine} | the {word} told us {he} {routine}
    our {word} is known for {his} patience | ask the {word} whether {he} {routine}
    the {word} finished {his} work and {he} {routine} | {he} is the best {word} in town | the {word} forgot {his} keys
routine
    was busy | would call back | had no time | started at nine | was paid on friday | liked the job
    had to leave early | needed a break
""")
