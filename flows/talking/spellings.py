"""How people spell in a text, and the plain words that they mean.

Read by the crisis screen only; nobody hears these.
"""

from __future__ import annotations


def set_of(words: str) -> frozenset[str]:
    """The words of a block of text."""
    return frozenset(words.split())


# One line: plain words = spellings. The plain side is what a rule's author would write.
_PLAIN = """
to = 2 too two tu
for = 4 four fr
one = 1
you = u ya yous youse yu
are = r
your = ur yr yor
and = n nd
why = y
be = b
see = c
the = da de th teh
that = dat tht
this = dis ths
them = dem
they = dey
there = thr
what = wot wat wut whit
with = wiv wid wth
when = wen whn
where = wer whr
have = hav av hv ave haf
has = haz
been = bn bin ben
be = bee
my = mi
back = bk bak
good = gd
got = gt
just = jst jus juss
could = cud cld
would = wud wd wld wuld
should = shud shld
about = abt bout abowt
before = b4
because = cos coz cuz cause bc bcos bcoz becos becoz
through = thru thro
though = tho
really = rly rely realy rlly relly
very = v vry
think = fink thnk thnik
thing = fing
nothing = nuffin nuthin nothin nowt nuffink nuthing nothink
something = summat sumthin somethin smth sumfin sumthing somethink
anything = owt anythin anyfin anythink
someone = sum1 some1 sumone somebody sumbody
everyone = every1 evry1 evryone everybody evrybody
anyone = any1 anybody
no one = no1 noone nobody
people = ppl peeps
please = pls plz plse pleese
thanks = thx ta ty tnx
tomorrow = tmrw tmoz tomoz 2moro tomoro 2mrw tmr tmw 2morrow tomorro 2moz tmro tommorow tommorrow tomorow morra
tonight = 2nite tonite 2night 2nyt tonyt tnite tonihgt
today = 2day tday tdy
yesterday = yday yest yesturday ystd ysday yestrday
night = nite nyt
right = rite ryt
morning = mornin morn
never = nvr neva nevr
ever = eva
every = evry
after = aftr afta
again = agen agn agin
always = alwys allways
another = anova
mother = mutha muvva
brother = bruv bro bruvva
mate = m8 m8e
mates = m8s
hate = h8
wait = w8
late = l8
later = l8r
great = gr8
phone = fone phne
love = luv lov
week = wk
weeks = wks
year = yr
years = yrs
month = mth mnth
months = mths mnths
minute = min
minutes = mins
hour = hr
hours = hrs
message = msg mssg
messages = msgs
text = txt
texts = txts
police = polis
house = hse hoose
dead = ded deid
myself = meself mesen misen masel masell maself mysel myslef mysefl mself mesel
himself = hisself hissen
herself = hersen hersel
themselves = themselfs themself theirselves
kill = kil kll
killing = kiling
end = ende
want to = wanna wana wannae wanty wonna
want = wnt wan
going to = gonna gunna gona gonnae gunnae goin2 ganna
trying to = tryna
got to = gotta gotto
have to = hafta
going to = finna
about to = boutta
i am going to = imma ima ama
let me = lemme
give me = gimme
out of = outta outa
kind of = kinda
sort of = sorta
should have = shoulda
could have = coulda
would have = woulda
do not know = dunno dno idk dk
do not care = idc
i do not care any more = idgaf
i am = im iam
i have = ive
i would = id
i will = ill
he is = hes
she is = shes
it is = its
that is = thats dats
there is = theres
what is = whats wots
who is = whos
he will = hell hel
she will = shell shel
it will = itll
they will = theyll
you will = youll
he would = hed
they are = theyre
you are = youre
we are = wer
they have = theyve
we have = weve
you have = youve
do not = dont dnt dinnae dinny
does not = doesnt dosent dosnt
did not = didnt didnae
for ever = 4ever 4eva forever forevs
can not = cant cannot carnt cannae canny cnt
could not = couldnt cudnt
will not = wont willnae
would not = wouldnt wudnt
should not = shouldnt
is not = isnt aint ent isnae
are not = arent
was not = wasnt wisnae
were not = werent
have not = havent hvnt havnt avent
has not = hasnt hasnae
had not = hadnt
must not = mustnt
need not = neednt
any more = anymore nemore animore anymor
no more = nomore
to be honest = tbh
not going to lie = ngl
i swear = istg
i do not know = iono
in my life = iml
right now = rn
kill myself = kms
kill yourself = kys
overdose = od ods overdoes ovadose ovrdose
overdosed = oded odd oddd overdost
overdosing = oding
self harm = selfharm
self harming = selfharming
self harmed = selfharmed
suicide = sewerslide sewercide suiside sucide sueicide
suicidal = sui suey suicidle suisidal sucidal
unalive = unaliv
better off = betteroff
boyfriend = bf bfriend
girlfriend = gf gfriend
mum = mam mom mummy mammy ma
dad = daddy
missus = mrs misses wifey
grandchild = grandkid
children = kids kiddies bairns weans littluns kidz kidds
child = kid bairn wean littlun
baby = babby bubba bubs babba
tablets = tabs tabletts tablits tabelts
methadone = methodone methedone metho
heroin = herion heroine heron
diazepam = diazapam diazzies valium valiums vallies valies vals diazis valum
paracetamol = paracetomol parecetamol paracetemol paras paracetamols
naloxone = narcan naloxne nalaxone prenoxad nyxoid
unconscious = unconcious unconsious unconscius unconsciouse
breathing = brething breething breathin breathn
breathe = breath breeth
bleeding = bleedin bleading
seizure = siezure seisure
seizures = siezures
letters = lettas
written = writen wrote riten
goodbye = bye goodbyes byebye gdbye goodby
funeral = funral
ambulance = ambo
multistorey = multistory
knife = nife
knives = nives
"""

# Said for weight or out of habit. They change no meaning here, so rules and texts are read without them.
FILLERS = set_of(
    """
    just really even actually literally honestly seriously genuinely fucking fuckin fckin fking effing bloody proper
    properly very so quite pretty totally completely absolutely basically probably maybe please well truly deeply
    friggin frigging sodding pure deffo definitely def legit um erm er oh omg
    """
)

# Words that end in -in by right; any other "-in" of four letters or more is a lost -ing.
ENDS_IN_IN = set_of(
    """
    again begin brain cabin captain certain chain coffin contain cousin curtain detain drain explain gain heroin
    login main maintain margin mountain muffin obtain origin pain plain plugin protein pumpkin rain remain ruin
    skin stain strain sustain terrain thin train twin vein villain vitamin within chin grin spin shin basin
    bargain robin martin kevin colin gavin justin dustin benjamin berlin dublin aspirin insulin penicillin
    napkin violin satin raisin resin toxin urchin latin mandarin moccasin admin bulletin domain fountain britain
    spain cumin join coin loin groin asin herein therein wherein backin
    """
)

# Doubled vowels that are right as they are, when a long run ("feeeel") is cut down.
DOUBLED = set_of(
    """
    feel feeling need sleep asleep been seen good soon food blood keep bleed bleeding shoot weed week weeks free
    see three door room mood look looking took too foot school seeing being bee green meet street deep speed
    agree knee cheek cool fool pool tool boot roof wood moon noon book cook hook noose bathroom
    """
)

# Two words that people put a space into.
JOINED: dict[tuple[str, str], str] = {
    ("my", "self"): "myself",
    ("me", "self"): "myself",
    ("him", "self"): "himself",
    ("her", "self"): "herself",
    ("your", "self"): "yourself",
    ("over", "dose"): "overdose",
    ("over", "dosed"): "overdosed",
    ("over", "dosing"): "overdosing",
    ("good", "bye"): "goodbye",
    ("to", "night"): "tonight",
    ("to", "morrow"): "tomorrow",
    ("bath", "room"): "bathroom",
    ("ki", "ll"): "kill",
    ("sui", "cide"): "suicide",
    ("suicidal", "cide"): "suicide",  # "sui" alone is read as suicidal
    ("un", "alive"): "unalive",
    ("para", "cetamol"): "paracetamol",
    ("un", "conscious"): "unconscious",
    ("multi", "storey"): "multistorey",
    ("multi", "story"): "multistorey",
}

# Pictures that stand for a word. Laughing and skull faces stand for none: they joke as often as they mean it.
EMOJI = {
    "💊": " pills ",
    "🔪": " knife ",
    "🗡": " knife ",
    "🔫": " gun ",
    "🩸": " blood ",
    "💉": " needle ",
    "⚰": " coffin ",
    "🪦": " grave ",
    "🌉": " bridge ",
    "🚑": " ambulance ",
}

# Letters of other alphabets that look like ours, when somebody swaps them in.
LOOKALIKES = str.maketrans("авеёкмнорстухіїјѕԁԛԝһӏαβεηικνορτυχωɑɡıłøđß", "abeekmhopctyxiijsdqwhlabenikvoptuxwagilodb")


def _read(lines: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for line in lines.strip().splitlines():
        plain, _, spellings = line.partition(" = ")
        for spelling in spellings.split():
            table[spelling] = tuple(plain.split())
    table.update((filler, ()) for filler in (*FILLERS, *(s for s, plain in table.items() if plain[0] in FILLERS)))
    return table


SPELLINGS: dict[str, tuple[str, ...]] = _read(_PLAIN)
