"""The names and sentences of `tagged`: who and what there is, and what is told of them."""

from deepdays.data.grammar import Grammar

# Time zones named after a city, which Babel knows in English, with the code of its country or territory.
CITIES = """
    Africa/Abidjan:CI Africa/Accra:GH Africa/Algiers:DZ Africa/Cairo:EG Africa/Casablanca:MA Africa/Dakar:SN
    Africa/Harare:ZW Africa/Johannesburg:ZA Africa/Kampala:UG Africa/Kigali:RW Africa/Lagos:NG Africa/Luanda:AO
    Africa/Lusaka:ZM Africa/Maputo:MZ Africa/Nairobi:KE Africa/Tunis:TN Africa/Windhoek:NA America/Anchorage:US
    America/Caracas:VE America/Chicago:US America/Denver:US America/Detroit:US America/Edmonton:CA
    America/Guayaquil:EC America/Halifax:CA America/Havana:CU America/Lima:PE America/Los_Angeles:US
    America/Managua:NI America/Manaus:BR America/Mexico_City:MX America/Monterrey:MX America/Montevideo:UY
    America/New_York:US America/Phoenix:US America/Recife:BR America/Santiago:CL America/Tijuana:MX
    America/Toronto:CA America/Vancouver:CA America/Winnipeg:CA Asia/Almaty:KZ Asia/Amman:JO Asia/Baku:AZ
    Asia/Bangkok:TH Asia/Beirut:LB Asia/Colombo:LK Asia/Dhaka:BD Asia/Dubai:AE Asia/Irkutsk:RU Asia/Jakarta:ID
    Asia/Karachi:PK Asia/Kuala_Lumpur:MY Asia/Manila:PH Asia/Muscat:OM Asia/Novosibirsk:RU Asia/Phnom_Penh:KH
    Asia/Samarkand:UZ Asia/Seoul:KR Asia/Shanghai:CN Asia/Taipei:TW Asia/Tashkent:UZ Asia/Tbilisi:GE
    Asia/Tokyo:JP Asia/Vientiane:LA Asia/Yerevan:AM Atlantic/Reykjavik:IS Australia/Adelaide:AU
    Australia/Brisbane:AU Australia/Darwin:AU Australia/Hobart:AU Australia/Melbourne:AU Australia/Perth:AU
    Australia/Sydney:AU Europe/Amsterdam:NL Europe/Athens:GR Europe/Belgrade:RS Europe/Berlin:DE
    Europe/Brussels:BE Europe/Bucharest:RO Europe/Budapest:HU Europe/Copenhagen:DK Europe/Dublin:IE
    Europe/Helsinki:FI Europe/Istanbul:TR Europe/Lisbon:PT Europe/Ljubljana:SI Europe/London:GB Europe/Madrid:ES
    Europe/Minsk:BY Europe/Oslo:NO Europe/Paris:FR Europe/Prague:CZ Europe/Riga:LV Europe/Rome:IT
    Europe/Sarajevo:BA Europe/Sofia:BG Europe/Stockholm:SE Europe/Tallinn:EE Europe/Vienna:AT Europe/Vilnius:LT
    Europe/Warsaw:PL Europe/Zagreb:HR Europe/Zurich:CH Pacific/Apia:WS Pacific/Auckland:NZ Pacific/Honolulu:US
    Pacific/Port_Moresby:PG
"""
FIRST_NAMES = """
    Ada Adam Ahmed Aisha Amara Ana Anders Anna Arjun Astrid Austin Beatriz Ben Birgit Boris Camille Carlos Chad
    Chiara Chloe Claire Daniel David Diego Dmitri Eduardo Elena Elif Emeka Emma Erik Eva Fatima Felix Florence
    Georgia Giulia Grace Greta Hana Hannah Hassan Helena Henrik Hiro Hugo Ibrahim Ines Ingrid Irina Isabel Ivan
    Jack Jan Jasmine Javier Jean Johan Jonas Jordan Jose Julia Kenji Kofi Laila Lars Laura Leila Leo Lina Lucas
    Lucia Magnus Malik Marco Maria Marta Mateo Maya Mei Mina Mohammed Nadia Naomi Nikos Nina Noor Olga Oliver
    Omar Oscar Paolo Paris Pedro Petra Pierre Priya Rafael Rania Ravi Robert Rosa Ruth Samir Sara Sean Selma
    Sofia Stefan Sven Sydney Tamara Tariq Theo Thomas Tomas Ursula Vera Victor Wei Yara Yusuf Zara Zoe
"""
SURNAMES = """
    Abbott Acheampong Adeyemi Almeida Andersson Aoki Bakker Banerjee Barros Bauer Becker Berg Berlin Bianchi
    Blum Boateng Bonnet Carvalho Castillo Chen Christie Costa Cruz Dahl Diallo Dubois Eriksen Estrada Falk Farah
    Ferrari Fischer Flores Fontaine Fraser Fujita Garcia Gomes Graham Haddad Hansen Hartmann Hill Holland Horvat
    Ivanov Jansen Jensen Kaya Keller Khan Kim Kowalski Kruger Kumar Lambert Larsen Laurent Lindqvist London
    Lopez Madrid Malik Mancini Marin Mbeki Meyer Mensah Moreau Moretti Mori Murphy Nakamura Ndiaye Nguyen
    Nilsson Novak Nowak Okafor Oliveira Olsen Ortiz Osei Park Patel Petrov Popescu Quinn Ramos Rao Reyes Ricci
    Rivera Romano Rossi Roth Sanchez Santos Sato Schmidt Schneider Silva Singh Sokolov Suzuki Tanaka Tran Vargas
    Vermeer Vidal Vogel Walker Weber Wolff Yamamoto Yilmaz Zhang Ziegler
"""
ORGANISATIONS = Grammar("""
company
    {surname} & Sons | {surname} and {surname2} | {word} {trade} | {word} {trade} | {word} {trade} | {word}
    {surname} {trade} | {city} {trade} | {word} Group | {surname} Brothers
institution
    University of {city} | {city} University | {city} Museum of {field} | Bank of {in_country} | {city} City Council
    {surname} Foundation | {country} Institute of {field} | {city} General Hospital | {country} Railways
    Ministry of {field}
press
    {city} Herald | {city} Times | The {word} Post | Radio {city}
word
    Aurora | Borealis | Cobalt | Delta | Evergreen | Falcon | Granite | Helix | Ironwood | Juniper | Kestrel | Lumen
    Meridian | Nimbus | Orion | Pinnacle | Quartz | Redwood | Solaris | Tundra | Umbra | Vertex | Willow | Zenith
    Amazon River | Blue Danube | Sahara
trade
    Foods | Shipping | Airlines | Energy | Textiles | Motors | Books | Insurance | Software | Steel | Hotels | Pharma
field
    Art | Science | Health | Transport | Education | Natural History | Technology
""")

SENTENCES = Grammar("""
works_for
    {person} works for {org} {tail?} | {person} , {age} , joined {org} {when} | {person} , {role} at {org} , {speaks}
    {org} has hired {person} as {role_a} | {org} said {person} would become its new {role} {soon}
    " {quote} , " said {person} , {role} at {org} | {title} {person} of {org} {speaks}
    after ten years at {org} , {person} {speaks} | {org} , where {person} is {role} , declined to comment
    {person} ( {org} ) {speaks}
    ~ at {org} , {person} is in charge of {topic} | ~ ask {person} , who has been with {org} since {year}
born_in
    {person} was born in {place} in {born} | born in {place} , {person} grew up near the sea
    {person} , a native of {place} , {speaks} | {person} ( born {born} in {place} ) {speaks}
    {place} - born {person} {speaks}
    ~ {place} is where {person} was born
lives_in
    {person} lives in {place} {tail?} | {person} has moved to {place} | from a flat in {place} , {person} {speaks}
    {person} , who lives in {place} , {speaks} | {place} has been home to {person} since {year}
    ~ {person} settled in {place} {when}
founded
    {person} founded {org} in {year_founded} | {org} was founded by {person} in {year_founded}
    {person} , the founder of {org} , {speaks} | {org} , which {person} set up in {year_founded} , {grows}
    {person} started {org} in a garage
    ~ in {year_founded} , {org} was no more than an idea of {person}
based_in
    {org} is based in {place} | {org} , based in {place} , {grows} | {place} - based {org} {grows}
    {org} opened its headquarters in {place} {when} | the headquarters of {org} in {place} will close {soon}
    workers at {org} in {place} went on strike {when} | {org} ( {place} ) {grows}
    ~ {org} runs its business from {place}
located_in
    {place} is a city in {in_country} | {place} in {in_country} {weather}
    {in_country} has promised a new railway to {place} | in {place} , a city in {in_country} , {happened} {when}
    ~ like other cities in {in_country} , {place} {weather}
none
    {person} met {person2} in {place} {when} | {person} {speaks} | {org} {grows}
    {org} and {org2} have agreed to share {topic} | {place} {weather} | {person} flew to {place} {when}
    a report by {org} blames {topic} | flights to {place} were cancelled {when} | no one in {place} {speaks_pl}
    {person} wrote to {org} about {topic} | talks between {in_country} and {in_country2} about {topic} ended {when}
    {in_country} {country_news} | prices of {goods} rose {when} | {person} bought shares of {org} {when}
    the mayor of {place} thanked {person} | {org} sued {person} over {topic} | {person} will play for {club} {soon}
    {club} beat {club2} {score} {when} | {club} drew {score_draw} with {club2} | {person} scored twice for {club}
    {surname_only} {speaks} | " {quote} , " {surname_only} said | {first_only} {speaks}
    ~ {person} and {person2} disagree about {topic} | ~ {club} lost {score} to {club2} {when}
    ~ {org} sent {person} to {place} {when}

tail
    and commutes by train | these days | , according to friends
age
    29 | 34 | 41 | 47 | 52 | 58 | 63
role
    engineer | director | spokesman | chief economist | treasurer | designer | lawyer | editor | head of research
    pilot | accountant
    ~ curator | ~ auditor
title
    Director | Professor | Captain | Dr | Editor
role_a
    an engineer | a director | a designer | an adviser | an editor
when
    last week | on Monday | on Friday | in March | in October | last year | yesterday | last spring
    on {weekday} morning
    ~ two weeks ago | ~ in August
soon
    next week | on Monday | on Friday | in March | in October | next year | next month | this spring | on {weekday}
    ~ in two weeks | ~ in August
weekday
    Tuesday | Wednesday | Thursday | Saturday
year
    1999 | 2003 | 2008 | 2012 | 2015 | 2019
topic
    coffee | wheat | steel | water rights | fishing quotas | data protection | the budget | a patent | pensions
    electricity | school meals
    ~ timber | ~ night trains
goods
    coffee | wheat | steel | copper | sugar | fish | cotton
    ~ timber
speaks
    declined to comment | asked for patience | called the plan a mistake | welcomed the decision | is writing a book
    expects a long winter | won a prize {when} | spoke about {topic} {when} | has little time for {topic}
    will retire {soon}
    ~ shrugged off the news | ~ laughed at the question
speaks_pl
    was hurt | expected the decision | speaks of anything but {topic}
grows
    reported a loss {when} | has doubled its sales | will cut {number} jobs | makes parts for ships | plans to expand
    is for sale | published its figures {when} | denied any part in {topic}
    ~ has run out of {topic} | ~ is hiring again
number
    40 | 120 | 300 | 1,500
weather
    was hit by a storm {when} | expects snow {soon} | will host a fair about {topic} {soon}
    voted for a new council {when} | has banned cars from its centre | celebrates its oldest bridge
    ~ woke up to fog {when}
happened
    a storm tore off roofs | voters elected a new council | a bridge was closed
    police stopped a lorry full of {topic} | a fire damaged the market hall
    ~ a flood closed the schools
country_news
    has raised taxes on {topic} | expects a good harvest | voted for a new parliament {when}
    will stop buying {topic} {soon} | signed a treaty on {topic} {when}
    ~ is short of {topic}
quote
    We are not for sale | Nothing is decided yet | It was a team effort | The numbers speak for themselves
    Everyone is welcome
    ~ We were lucky
score
    2-1 | 3-0 | 1-0 | 4-2
score_draw
    0-0 | 1-1 | 2-2
""")
