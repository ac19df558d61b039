"""The sentences of `messages`: what people write to one another, what sellers send, and what the rude post."""

from deepdays.data.grammar import Grammar

MESSAGES = Grammar("""
ordinary
    {hello?} {plan} {bye?} | {hello?} {plan} {bye?} | {hello?} {home} {bye?} | {hello?} {work} {bye?}
    {hello?} {work} {bye?} | {thanks} {bye?} | {opinion} | {opinion} | {hello?} {trade} {bye?}
    {hello?} {trip} {bye?} | {sorry} {bye?} | {plan} {opinion} | {home} {opinion} | {question} | {question} {bye?}
    {hello?} {close_call} {bye?} | {close_call} | {close_call} | {cross} | {cross} {bye?} | {cross}
    {hello?} {close_call}
spam
    {offer} | {offer} | {parcel} | {parcel} | {prize} | {prize} | {account} | {account} | {loan} | {coin} | {pounds}
    {vacancy} | {sly} | {sly} | {sly} | {sly} | {watches} | {subject}: {offer} | {subject}: {prize}
    {subject}: {loan} | {seo} | {offer} {stop?} | {loan} {stop?} | {prize} {stop?}
toxic
    {insult} | {insult} | {insult} {scorn} | {scorn} | {scorn} | {dismissal} | {dismissal} {insult} | {mockery}
    {mockery} {scorn} | {go_away} | {insult} {go_away} | {mockery} {go_away} | {veiled} | {veiled} | {veiled}
    {veiled}

hello
    hi {person}, | hey, | hello {person}, | {person}, | good morning, | hey {person}, | morning all, | dear {person},
    ~ evening,
bye
    thanks, {person} | see you, {person} | love, {person} | {person} | talk later | best, {person} | :)
    ~ cheers, {person} | ~ take care
person
    Anna | Ben | Carla | David | Elif | Farid | Greta | Hugo | Ines | Jonas | Karin | Leon | Maya | Nils | Mum | Dad
    Priya | Sean | Yuki
    ~ Olga | ~ Pavel | ~ Rosa | ~ Samir | ~ Tessa | ~ Viktor | ~ Wanda
weekday
    Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday
day
    Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday | tomorrow | tonight | today | next week
hour
    six | seven | half past five | eight | noon | ten to nine | quarter past four | 18:30 | 7pm
    ~ 19:15 | ~ half eleven
place
    the station | the library | the café by the river | the pool | the office | the school | my place | the market
    the corner | the park
    ~ the bus depot | ~ the old mill | ~ the climbing hall

plan
    are we still on for {day}? I can be at {place} at {hour}. | running late, will be at {place} by {hour}.
    shall we say {day} at {hour}? | can you pick up {child} from {place} at {hour}?
    {person} is free on {weekday}, shall we meet at {place}? | the match is at {hour}, I have a spare ticket.
    I'm at {place} already, take your time. | dinner is at {hour}, bring {food} if you can.
    we moved it to {day}, same time. | no rush, I only leave at {hour}.
    the film starts at {hour}, meet you at {place}. | count me in for {day}. | I can't make {day}, how about {day}?
    ~ the boat leaves {place} at {hour}, don't be late. | ~ {day} suits me better than {day}.
child
    the kids | Tim | Lea | the little one | your sister | the dog
food
    bread | a salad | some cheese | oranges | two bottles of lemonade | rice | onions and milk | candles
    ~ a melon | ~ olives
home
    we are out of {food}. | the washing machine is leaking again, the plumber comes on {weekday}.
    please feed the cat. | I left the keys with {person}. | could you water the tomatoes?
    {child} has a fever, so I'm working from home. | your parcel is at the neighbour's.
    the landlord fixed the heating. | Gran says hello and asks when you'll visit.
    can you turn the oven off at {hour}? | we have a new puppy and nobody has slept. | there is soup in the fridge.
    I found your scarf under the sofa. | the power was out until {hour}.
    ~ the ladder is back in the shed. | ~ a bird got into the kitchen, all is well now.
work
    the report is in the shared folder, please check the figures in section {digit}. | the meeting moved to {hour}.
    can you review my slides before {day}? | the client liked the draft and wants one more page.
    I'm off on {weekday}, {person} will cover for me. | the build is green again. | who has the projector?
    could you send me the invoice for {month}? | the new printer is on the {ordinal} floor.
    the interview is on {weekday} at {hour}. | attached are the minutes.
    we need {digit} more chairs for the workshop. | I have updated the budget, nothing dramatic.
    please sign the form and leave it on my desk.
    ~ the server room is locked, ask {person}. | ~ payroll needs your new address by {day}.
thanks
    thank you for {gift}! | thanks so much for {gift}, it made my day.
    happy birthday, {person}! hope you get some cake. | congratulations on the new job!
    well done on the exam, we are proud of you. | that was a lovely evening, thank you.
    ~ many thanks for {gift}, I owe you one.
gift
    the flowers | your help on {weekday} | the lift home | the book | looking after {child} | the recipe | your card
    the photos
    ~ the jam
opinion
    I thought the second half was better than the first. | the new library looks great, they did a good job.
    I agree with {person}, the old timetable was better. | nice photo, where was it taken?
    I disagree, but that is a fair point. | has anyone tried the {food_place} near {place}?
    interesting article, thanks for sharing. | great goal, poor defending. | I would add more salt and less sugar.
    not my favourite song, but the video is fun. | you are right, I had missed that.
    I read it twice and still think the first chapter drags.
    my knee hurts after {weekday}'s run but it was worth it. | the weather here is dreadful, send sun.
    ~ I can see both sides of this. | ~ the sequel is not as bad as they say.
food_place
    bakery | noodle bar | pizza place | fish shop
    ~ falafel stand
trade
    is the bike still for sale? | I can pay cash and collect on {weekday}.
    the table is {digit}0 euros, pick up only. | would you take {digit}0 for the chairs?
    I have two free tickets for {day}, anyone interested? | the sofa is free if you can carry it.
    do you deliver on {weekday}?
    ~ is the lamp still available? | ~ I could swap it for a drill.
trip
    landed safely, the bag took ages. | the train is stuck near {city}.
    we are in {city}, it is beautiful and the kids love it. | booked the hotel in {city} for {month}.
    the flight to {city} is at {hour}, can you drive us? | do we need a visa for {city}?
    greetings from {city}! it rains.
    ~ missed the ferry, so one more night in {city}.
city
    Lisbon | Vienna | Oslo | Turin | Cork | Ghent | Leipzig | Seville | Bergen | Kraków
    ~ Porto | ~ Aarhus | ~ Trieste
month
    January | March | April | May | June | July | September | October
    ~ February | ~ November
digit
    2 | 3 | 4 | 5 | 6 | 7 | 8
ordinal
    first | second | third
sorry
    sorry I missed your call, I was in a meeting. | sorry about last night, I was tired.
    my phone died, what did you want to ask? | apologies for the delay, here is the file. | sorry, wrong number.
    I forgot the tickets, back in ten minutes.
    ~ sorry for the noise, we are moving a piano.
question
    what time is it on {weekday}? | do you remember the name of that {food_place}? | how do I reset the router?
    did {person} say anything about {day}? | which bus goes to {place}? | is {place} open on {weekday}?
    have you seen my charger? | how was {city}? | where did you put the {tool}?
    ~ who is bringing the {tool}?
tool
    drill | tent | umbrella | scissors | projector | picnic blanket
close_call
    I won the raffle at the school fair: a prize ham! | the bank called, my new card can be collected from {day}.
    the parcel finally arrived, free delivery my foot. | your account of {city} made me laugh.
    the shop has winter coats at half price, want to go on {weekday}?
    click the link in my last mail for the minutes. | the insurance paid the claim, we can order the new window.
    the doctor's offer of an earlier slot on {weekday} still stands. | got the loan for the flat!
    please confirm the number of guests, the caterer needs it by {day}.
    you have won me over: let's buy the cheap tent. | urgent: who took the last oat milk?
    my password at work expired again, can you tell {person}? | the lottery at the fair starts at {hour}, bring cash.
    free coffee in the kitchen until {hour}! | the shop at {place} gives gift cards for old phones.
    your order from the fish shop is in the fridge. | we need to verify the guest list before {day}.
    the loan of the projector ends on {weekday}. | last chance to vote for the class trip: {day}.
    I'd like to invest in better boots before {city}. | the delivery fee was more than the book.
    act two begins at {hour}, don't miss it.
    ~ the tax office sent money back, dinner is on me. | ~ a stranger claimed our prize at the fair by mistake.
    ~ limited seats, so reply by {day}. | ~ I transferred {digit}0 euros for the tickets, please confirm.
    ~ the account of the choir is in order, says {person}.
cross
    I felt like an idiot when the mic was on. | what a stupid mistake of mine, sorry.
    don't be so hard on yourself, you're not a loser. | shut up, you got the job?! amazing!
    my team is rubbish this year and I love them. | this traffic is pathetic, home by {hour}.
    the clown at the party was brilliant. | nobody likes Mondays. | I hate this printer so much.
    you'll laugh: I locked myself out again, what a fool. | your joke was terrible, please tell it again.
    the ugly duckling is on at {place}, {child} would like it. | I feel stupid asking, but where is {place}?
    the loser buys dinner on {weekday}. | my brother is a pig when it comes to cake. | that dumb alarm rang at five.
    who let the dog out? | the joke about the donkey went down well.
    get lost in the old town of {city}, it's worth it. | your rubbish bin is still at the corner.
    you're the worst cook and the best friend I have.
    ~ garbage goes out on {weekday}, don't forget. | ~ I could cry, the cake collapsed.
    ~ nobody asked about the miserable slides, we are fine. | ~ only a fool would swim in March, so I did.
    ~ shut the window, the noise makes me sick.

offer
    {shout} {discount} off all {goods} until {deadline}! {order} | {goods} from only {money}! {order}
    exclusive deal for you: {goods} at {discount} off. {order} | limited offer! buy one, get {digit} free. {order}
    last chance: {goods} at prices you won't believe. {order} | {goods}, top quality, worldwide shipping. {order}
    ~ clearance: every one of our {goods} must go. {order}
shout
    HUGE SALE! | today only! | WOW! | don't miss out! | final hours! | special promotion:
    ~ MEGA DEAL!
discount
    50% | 70% | 80% | up to 90% | half
    ~ 65%
goods
    designer sunglasses | sneakers | phones | vitamin pills | slimming tea | gaming laptops | garden furniture
    printer ink | perfume | gift cards | mattresses
    ~ drones | ~ hair serum | ~ solar lamps
order
    order now at {link} | click {link} | visit {link} before {deadline} | reply YES to order | shop now: {link}
    use code {code} at {link}
    ~ tap {link} to claim yours
deadline
    midnight | Friday | tonight | the end of the month
link
    {site}.example/{path} | www.{site}.example | http://{site}.example/{code}
site
    best-deals | win-now | mega-shop | safe-login | cash-fast | track-parcel | coin-boost | bargain-hub | prize-desk
    quick-loan
    ~ top-saver | ~ lucky-club | ~ verify-you
path
    claim | win | offer | login | pay | go | deal
code
    {letter}{letter}{digit}{digit}{letter} | SAVE{digit}0 | VIP{digit}{digit} | {letter}{digit}{letter}{digit}
letter
    A | B | C | D | F | H | K | M | P | Q | R | X | Z
money
    £{digit}9.99 | {digit}00 euros | ${digit},{digit}00 | £{digit}00 | {digit}0,000 dollars | ${digit}9
    ~ £{digit},{digit}50
parcel
    your parcel could not be delivered. pay the fee of £{digit}.99 at {link}
    delivery notice: package {code} is on hold, confirm your address: {link}
    customs fee unpaid for shipment {code}. settle now to avoid return: {link}
    we missed you! reschedule your delivery within 24 hours at {link}
    ~ last reminder: parcel {code} will be returned unless you pay at {link}
prize
    congratulations! you have been selected to receive {money}. claim at {link}
    WINNER! your number was drawn in the monthly lottery. call {phone} to claim {money}
    you are our lucky visitor: a free phone is waiting. {order}
    you have won a holiday to {city} for two! claim code {code}, {link}
    your entry {code} has won {money} cash. reply CLAIM before {deadline}
    dear winner, the sum of {money} is ready for transfer. send your bank details.
    ~ good news: {money} unclaimed in your name. confirm identity at {link}
phone
    0900 {digit}{digit}{digit} {digit}{digit} | 0870 {digit}{digit}{digit}{digit}
account
    security alert: your account has been locked. verify your password at {link}
    unusual sign-in detected. if this was not you, log in at {link} immediately.
    your mailbox is full. upgrade now to keep receiving mail: {link}
    your card will be suspended {deadline_by}. update your details: {link}
    dear customer, your subscription payment failed. renew at {link}
    tax refund of {money} approved, submit your bank details at {link}
    ~ final notice: confirm your identity within 12 hours at {link}
deadline_by
    today | by {deadline} | within 24 hours
loan
    instant loan up to {money}, no credit check! apply at {link}
    bad credit? no problem. {money} in your account today. {order} | cut your debt in half, call {phone} now.
    approved! your cash advance of {money} is ready. {order} | cheap insurance quotes in 2 minutes: {link}
    ~ consolidate all debts with one low payment, {link}
coin
    turn {money} into {money} in a week with our trading robot. join at {link}
    the coin everyone talks about is up {digit}00%. invest now: {link}
    I made {money} last month from home, ask me how. {link}
    guaranteed returns, zero risk. our crypto experts trade for you: {link}
    ~ early investors only: double your bitcoin before {deadline}. {link}
pounds
    lose {digit} kilos in {digit} days without exercise! {order}
    doctors hate this trick: burn fat while you sleep. {link} | miracle cream removes wrinkles overnight. {order}
    ~ regrow hair in {digit} weeks, guaranteed. {order}
vacancy
    work from home and earn {money} a week, no experience needed. {order}
    mystery shoppers wanted, {money} a day. reply with your details.
    part time job, {money} daily, message us at {phone}
    ~ data entry staff wanted, {money} weekly, start today: {link}
watches
    r3plica w4tches, best pr1ces, {link} | F R E E gift inside, open {link} | ch3ap m3ds without prescription: {link}
    100% FR££ entry, text WIN to {phone}
    ~ l0an appr0ved, {link}
subject
    RE: your order | urgent | important notice | FW: invoice | attention | congratulations | act now
    ~ read immediately
seo
    we can bring your website to the first page of search results. reply for a free quote.
    buy {digit},000 followers for {money}. {link}
    ~ cheap web design, 24 hour delivery, {link}
sly
    hi Mum, my phone broke, this is my new number. can you send {money} today? | hey, is this you in the video? {link}
    hi {person}, I tried to call about the investment we discussed. reply here.
    sorry I missed you. this is {person} from the recruitment team, we have a role at {money} a week.
    {person} sent you a private photo, view it at {link}
    hello dear, I saw your profile and would like to know you better. write to me at {link}
    are you free today? I need you to buy some gift cards for the office and send me the codes.
    {person} from the parcel desk here, when are you at home? we need your address again.
    hi {person}, are you at the office? I need a small favour, reply soon.
    thank you for your message. I am a widow and wish to share my fortune with an honest person.
    good morning, we noticed your page and have a question about your business.
    I was given your number by {person}, are you still looking for extra income?
    sorry to bother you, I found your contact in my phone. who are you?
    ~ hello, is this {person}? we met in {city}, I want to show you how I earn money.
    ~ I left my bag in a taxi in {city}, can you send {money} until {day}?
    ~ grandma, I am in trouble, please transfer {money} now and tell nobody.
stop
    reply STOP to opt out. | T&Cs apply. | 18+ only.

insult
    you are {an_idiot}. | what {an_idiot} you are. | you {adj} {noun}. | typical {noun}, all talk.
    you're the most {adj} {noun} on this site. | only {an_idiot} would write this. | {an_idiot}, that's what you are.
    listen, {noun}, nobody cares. | you and your {adj} friends are a joke.
    ~ imagine being such {an_idiot}.
an_idiot
    a {adj} {noun} | a {noun} | a complete {noun} | a total {noun} | a {noun}
noun
    idiot | clown | fool | loser | donkey | muppet | airhead | liar | coward | crybaby | joke | pig | parasite
    ~ bonehead | ~ nitwit
adj
    stupid | pathetic | brainless | miserable | dumb | clueless | worthless | disgusting | ugly | spineless | smelly
    ~ gutless | ~ hopeless
scorn
    your opinion is {garbage}. | everything you post is {garbage}. | nobody likes you.
    even your friends are tired of you. | you ruin every thread you touch.
    you have no idea what you are talking about, as usual. | the world would be better without your comments.
    people like you make me sick. | you should be ashamed. | I have seen smarter things in a bin.
    your mother must be so disappointed. | nobody will ever read your {adj} blog. | you disgust me.
    ~ your whole family must be as dumb as you. | ~ you are a waste of space.
garbage
    garbage | rubbish | worthless | trash | pathetic nonsense | a pile of rubbish
    ~ utter drivel
dismissal
    shut up. | shut your mouth. | nobody asked you, {noun}. | who let you out? | oh shut up, {noun}.
    just stop posting, {noun}. | keep your {adj} mouth shut.
    ~ zip it, {noun}.
mockery
    look at this {noun}. | lol, what a {adj} thing to say. | haha, is that {adj} picture really you?
    did your dog write that, {noun}? | aww, is the {noun} crying again? | my toaster has more brains than you.
    congratulations, the {adj} comment of the year. | you failed school and it shows.
    ~ did you lose a bet or are you always this {adj}?
go_away
    get lost. | go away and never come back. | get off this site, {noun}. | go back under your rock.
    leave and take your {adj} ideas with you. | delete your account, {noun}.
    ~ crawl back into your hole, {noun}.
veiled
    some of us have read a book, you should try it. | bless you, thinking must hurt.
    another day, another genius who cannot spell. | was thinking about it too hard for you?
    I would explain it, but I have no crayons here. | how brave of you to show everyone how little you know.
    we can all see you typed that with your fists. | I hope you don't vote.
    thanks for proving that anyone can own a phone. | do your parents know you are online?
    nice try, ask an adult to check it next time. | I pity whoever has to sit next to you.
    that is the sort of thing you would say, isn't it? | is there a doctor in the house? this one forgot to think.
    I laughed, but not with you. | your teachers must still talk about you, and not kindly.
    ~ I admire how you never let facts stop you. | ~ good that it costs nothing to talk, or you would be broke.
    ~ you are the reason instructions have pictures. | ~ I read that to my goldfish and it was not impressed.
""")
