"""The words of `reviews`: what is reviewed and how it is judged."""

# How a thing of some kind is judged: plain and strong words, good (1) and bad (0). Plain words can be negated.
JUDGEMENTS = {
    "taste": {
        (1, "plain"): "tasty | fresh | well seasoned | flavourful | filling | carefully prepared | light",
        (1, "strong"): "delicious | heavenly | superb | exquisite | divine",
        (0, "plain"): "bland | tasteless | greasy | soggy | lukewarm | badly seasoned | dry | heavy",
        (0, "strong"): "inedible | disgusting | revolting | vile",
    },
    "people": {
        (1, "plain"): "friendly | attentive | helpful | polite | patient | kind | welcoming | cheerful",
        (1, "strong"): "delightful | charming | outstanding | marvellous",
        (0, "plain"): "rude | slow | careless | impatient | unhelpful | grumpy | cold | arrogant",
        (0, "strong"): "insulting | appalling | hostile | insufferable",
    },
    "place": {
        (1, "plain"): "clean | cosy | comfortable | bright | peaceful | tidy | spacious | well kept",
        (1, "strong"): "gorgeous | stunning | spotless | magnificent | beautiful",
        (0, "plain"): "dirty | noisy | cramped | shabby | gloomy | draughty | stuffy | neglected",
        (0, "strong"): "filthy | hideous | unbearable | squalid | disgraceful",
    },
    "furniture": {
        (1, "plain"): "comfortable | clean | soft | well made | inviting",
        (1, "strong"): "luxurious | heavenly | superb",
        (0, "plain"): "uncomfortable | dirty | hard | worn out | scruffy",
        (0, "strong"): "filthy | unbearable | ghastly",
    },
    "story": {
        (1, "plain"): "gripping | clever | funny | moving | believable | original | well paced | touching",
        (1, "strong"): "brilliant | dazzling | unforgettable | masterly | breathtaking",
        (0, "plain"): "boring | predictable | confusing | flat | dull | silly | tedious | far-fetched",
        (0, "strong"): "excruciating | laughable | ridiculous | unbearable",
    },
    "craft": {
        (1, "plain"): "convincing | subtle | believable | moving | original | lively | elegant | witty",
        (1, "strong"): "brilliant | masterly | dazzling | superb",
        (0, "plain"): "wooden | clumsy | dull | lazy | unconvincing | lifeless | silly | heavy-handed",
        (0, "strong"): "laughable | atrocious | ridiculous | excruciating",
    },
    "device": {
        (1, "plain"): "reliable | solid | responsive | sturdy | easy to use | well made | accurate | handy",
        (1, "strong"): "flawless | outstanding | superb | brilliant | faultless",
        (0, "plain"): "flimsy | unreliable | sluggish | fiddly | faulty | clumsy | noisy | badly made",
        (0, "strong"): "useless | hopeless | atrocious | dangerous | worthless",
    },
    "audio": {
        (1, "plain"): "clear | crisp | pleasant to hear | well balanced",
        (1, "strong"): "superb | flawless | faultless",
        (0, "plain"): "muffled | tinny | harsh | shrill | crackly",
        (0, "strong"): "useless | painful | ghastly",
    },
    "sound": {
        (1, "plain"): "clear | warm | rich | crisp | well balanced | lively | moving | graceful",
        (1, "strong"): "magnificent | glorious | spellbinding | dazzling | electrifying",
        (0, "plain"): "muffled | tinny | harsh | muddy | thin | lifeless | out of tune | shrill",
        (0, "strong"): "painful | unbearable | excruciating | ghastly",
    },
    "lesson": {
        (
            1,
            "plain",
        ): "clear | useful | well organised | thorough | practical | lively | well prepared | helpful",
        (1, "strong"): "inspiring | brilliant | outstanding | invaluable | superb",
        (0, "plain"): "confusing | vague | chaotic | outdated | repetitive | dull | superficial | rushed",
        (0, "strong"): "pointless | hopeless | worthless | incomprehensible | useless",
    },
    "price": {
        (1, "plain"): "fair | reasonable | modest | sensible",
        (1, "strong"): "unbeatable | wonderful | amazing",
        (0, "plain"): "steep | inflated | excessive | unreasonable",
        (0, "strong"): "outrageous | shameless | scandalous",
    },
    "whole": {
        (1, "plain"): "enjoyable | satisfying | worthwhile | memorable | pleasant | impressive",
        (1, "strong"): "fantastic | wonderful | amazing | perfect | superb | outstanding",
        (0, "plain"): "mediocre | forgettable | annoying | tiresome | unpleasant | underwhelming",
        (0, "strong"): "awful | dreadful | abysmal | shocking | atrocious",
    },
    "any": {
        (1, "plain"): "good | nice | great | impressive",
        (1, "strong"): "excellent | fantastic | wonderful | splendid",
        (0, "plain"): "bad | poor | disappointing | unsatisfactory | substandard",
        (0, "strong"): "terrible | awful | horrible | dreadful",
    },
}

# What is reviewed: its parts, by the kind of judgement that fits them; `/` and a pronoun other than `it`.
DOMAINS = {
    "restaurant": {
        "taste": (
            "the soup | the bread | the fish | the dumplings/they | the risotto | the vegetables/they | "
            "the lamb stew | the curry | the pancakes/they | the salad | the noodles/they | my omelette | "
            "the pie | the starters/they | the set menu"
        ),
        "people": (
            "the waiter/he | the waitress/she | the staff | the owner/she | the cook/he | the man at the door/he | "
            "the service"
        ),
        "place": "the terrace | the dining room | the garden at the back | the bathroom",
        "price": "the price | the bill | the price of the wine",
        "whole": "the food | the restaurant | lunch | our dinner | the whole evening",
    },
    "hotel": {
        "place": "the room | the bathroom | the lobby | the pool | the corridors/they | the balcony | the garden",
        "furniture": "the bed | the armchairs/they | the towels/they | the mattress | the pillows/they",
        "people": (
            "the receptionist/she | the staff | the porter/he | the cleaners/they | the night manager/she | "
            "the barman/he"
        ),
        "taste": "the breakfast | the food at the bar | the buffet",
        "price": "the rate | the price | the parking fee | the final bill",
        "whole": "the hotel | our stay | the whole weekend | the guest house",
    },
    "film": {
        "story": (
            "the plot | the ending | the first half | the last twenty minutes/they | the jokes/they | "
            "the love story | the chase scenes/they"
        ),
        "craft": (
            "the acting | the lead actor's performance | the dialogue | the script | the directing | the villain/he"
        ),
        "sound": "the soundtrack | the music | the songs/they",
        "whole": "the film | the movie | the sequel | the remake",
    },
    "book": {
        "story": (
            "the plot | the opening chapter | the ending | the middle part | the short stories/they | the final twist"
        ),
        "craft": (
            "the dialogue | the characters/they | the narrator's voice | the author's style | the translation | "
            "the detective/he | the hero/he"
        ),
        "lesson": "the preface | the historical chapters/they | the notes/they",
        "whole": "the book | the novel | the third volume",
    },
    "gadget": {
        "device": (
            "the battery | the screen | the keyboard | the hinge | the app | the buttons/they | the motor | "
            "the charger | the lid | the handle | the timer | the wheels/they"
        ),
        "audio": "the loudspeaker | the microphone | the ringtone",
        "people": "the support team | the seller/he | customer service | the repair shop",
        "price": "the price | the cost of spare parts",
        "whole": "the first week with it | the design | the whole thing | the latest update",
    },
    "concert": {
        "sound": (
            "the violins/they | the singer's voice | the drums/they | the choir | the first encore | the piano | "
            "the brass section"
        ),
        "place": "the hall | the foyer | the bar upstairs | the beer garden",
        "furniture": "the seats/they | our seats/they",
        "people": (
            "the ushers/they | the security staff | the conductor/he | the crowd | the people at the box office/they"
        ),
        "price": "the ticket price | the price of drinks",
        "whole": "the concert | the festival | the show | the second half | the evening",
    },
    "course": {
        "lesson": (
            "the lectures/they | the exercises/they | the slides/they | the feedback | the textbook | "
            "the videos/they | the first module | the lab sessions/they | the exam preparation"
        ),
        "people": ("the teacher/she | the tutors/they | the assistant/he | the other students/they | the lecturer/she"),
        "place": "the classroom | the library | the workshop",
        "price": "the fee | the price",
        "whole": "the course | the final project | the evening class | the training",
    },
}
