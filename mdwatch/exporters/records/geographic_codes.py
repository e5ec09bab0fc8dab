"""Names of places by their codes: MARC's geographic areas and countries, and ISO 3166.

After the "MARC Code List for Geographic Areas" (marcgac) and the "MARC Code List for Countries" (marccountry), both of
the Library of Congress, and ISO 3166-1 in its English short names. A code of an area below one that is here (`n-us-ny`
is) and that is not itself in the list is told by the area above it.
"""

from typing import Final

from mdwatch.exporters.records.description import Place

# Codes are written without the hyphens that fill MARC's seven places.
_AREAS: Final = """
a Asia | a-af Afghanistan | a-ai Armenia (Republic) | a-aj Azerbaijan | a-ba Bahrain | a-bg Bangladesh | a-bn Borneo
a-br Burma | a-bt Bhutan | a-bx Brunei | a-cb Cambodia | a-cc China | a-cc-an Anhui Sheng (China)
a-cc-ch Zhejiang Sheng (China) | a-cc-cq Chongqing (China) | a-cc-fu Fujian Sheng (China)
a-cc-ha Hainan Sheng (China) | a-cc-he Heilongjiang Sheng (China) | a-cc-hh Hubei Sheng (China)
a-cc-hk Hong Kong (China) | a-cc-ho Henan Sheng (China) | a-cc-hp Hebei Sheng (China) | a-cc-hu Hunan Sheng (China)
a-cc-im Inner Mongolia (China) | a-cc-ka Gansu Sheng (China) | a-cc-kc Guangxi Zhuangzu Zizhiqu (China)
a-cc-ki Jiangxi Sheng (China) | a-cc-kn Guangdong Sheng (China) | a-cc-kr Jilin Sheng (China)
a-cc-ku Jiangsu Sheng (China) | a-cc-kw Guizhou Sheng (China) | a-cc-lp Liaoning Sheng (China)
a-cc-mh Macau (China : Special Administrative Region) | a-cc-nn Ningxia Huizu Zizhiqu (China)
a-cc-pe Beijing (China) | a-cc-sh Shanxi Sheng (China) | a-cc-sm Shanghai (China) | a-cc-sp Shandong Sheng (China)
a-cc-ss Shaanxi Sheng (China) | a-cc-su Xinjiang Uygur Zizhiqu (China) | a-cc-sz Sichuan Sheng (China)
a-cc-ti Tibet (China) | a-cc-tn Tianjin (China) | a-cc-ts Qinghai Sheng (China) | a-cc-yu Yunnan Sheng (China)
a-ccg Yangtze River (China) | a-cck Kunlun Mountains | a-ccp Bo Hai (China) | a-ccs Xi River (China)
a-ccy Yellow River (China) | a-ce Sri Lanka | a-ch Taiwan | a-cy Cyprus | a-em Timor-Leste | a-gs Georgia (Republic)
a-ii India | a-io Indonesia | a-iq Iraq | a-ir Iran | a-is Israel | a-ja Japan | a-jo Jordan | a-kg Kyrgyzstan
a-kn Korea (North) | a-ko Korea (South) | a-kr Korea | a-ku Kuwait | a-kz Kazakhstan | a-le Lebanon | a-ls Laos
a-mk Oman | a-mp Mongolia | a-my Malaysia | a-np Nepal | a-nw New Guinea | a-ph Philippines | a-pk Pakistan
a-pp Papua New Guinea | a-qa Qatar | a-si Singapore | a-su Saudi Arabia | a-sy Syria | a-ta Tajikistan | a-th Thailand
a-tk Turkmenistan | a-ts United Arab Emirates | a-tu Turkey | a-uz Uzbekistan | a-vn Viet Nam | a-vt Vietnam
a-ye Yemen (Republic) | aopf Paracel Islands | aoxp Spratly Islands | ar Arab countries | as Southeast Asia
at Asia, Central | au Middle East | aw Middle East | ay Asia, East | az South Asia | b Commonwealth countries
c Intercontinental areas (Western Hemisphere) | cc Caribbean Area; Caribbean Sea | cl Latin America
cm Middle America | cr Circumcaribbean | d Developing countries | dd Developed countries | e Europe | e-aa Albania
e-an Andorra | e-au Austria | e-be Belgium | e-bn Bosnia and Herzegovina | e-bu Bulgaria | e-bw Belarus | e-ci Croatia
e-cs Czechoslovakia | e-dk Denmark | e-er Estonia | e-fi Finland | e-fr France | e-ge Germany (East) | e-gg Guernsey
e-gi Gibraltar | e-gr Greece | e-gw Germany (West) | e-gx Germany | e-hu Hungary | e-ic Iceland | e-ie Ireland
e-im Isle of Man | e-it Italy | e-je Jersey | e-kv Kosovo | e-lh Liechtenstein | e-li Lithuania | e-lu Luxembourg
e-lv Latvia | e-mc Monaco | e-mm Malta | e-mo Montenegro | e-mv Moldova | e-ne Netherlands | e-no Norway | e-pl Poland
e-po Portugal | e-rb Serbia | e-rm Romania | e-ru Russia (Federation) | e-sm San Marino | e-sp Spain | e-sw Sweden
e-sz Switzerland | e-uk Great Britain | e-uk-en England | e-uk-ni Northern Ireland | e-uk-st Scotland
e-uk-ui Great Britain Miscellaneous Island Dependencies | e-uk-wl Wales | e-un Ukraine
e-ur Russia; Russian Empire; Soviet Union; Former Soviet Republics | e-vc Vatican City | e-xn North Macedonia
e-xo Slovakia | e-xr Czech Republic | e-xv Slovenia | e-yu Serbia and Montenegro; Yugoslavia | ea Alps
eb Baltic States | ec Europe, Central | ed Balkan Peninsula | ee Europe, Eastern | ei Iberian Peninsula
el Benelux countries | en Europe, Northern | eo Danube River | ep Pyrenees | er Rhine River | es Europe, Southern
et Europe, East Central | ev Scandinavia | ew Europe, Western | f Africa | f-ae Algeria | f-ao Angola | f-bd Burundi
f-bs Botswana | f-by Biafra | f-cd Chad | f-cf Congo (Brazzaville) | f-cg Congo (Democratic Republic) | f-cm Cameroon
f-cx Central African Republic | f-dm Benin | f-ea Eritrea | f-eg Equatorial Guinea | f-et Ethiopia | f-ft Djibouti
f-gh Ghana | f-gm Gambia | f-go Gabon | f-gv Guinea | f-if Ifni | f-iv Côte d'Ivoire | f-ke Kenya | f-lb Liberia
f-lo Lesotho | f-ly Libya | f-mg Madagascar | f-ml Mali | f-mr Morocco | f-mu Mauritania | f-mw Malawi
f-mz Mozambique | f-ng Niger | f-nr Nigeria | f-pg Guinea-Bissau | f-rh Zimbabwe | f-rw Rwanda | f-sa South Africa
f-sd South Sudan | f-sf Sao Tome and Principe | f-sg Senegal | f-sh Spanish North Africa | f-sj Sudan
f-sl Sierra Leone | f-so Somalia | f-sq Eswatini | f-ss Western Sahara | f-sx Namibia | f-tg Togo | f-ti Tunisia
f-tz Tanzania | f-ua Egypt | f-ug Uganda | f-uv Burkina Faso | f-za Zambia | fa Atlas Mountains
fb Africa, Sub-Saharan | fc Africa, Central | fd Sahara | fe Africa, Eastern | ff Africa, North | fg Congo River
fh Africa, Northeast | fi Niger River | fl Nile River | fn Sudan (Region) | fq Africa, French-speaking Equatorial
fr Great Rift Valley | fs Africa, Southern | fu Suez Canal (Egypt) | fv Volta River (Ghana) | fw Africa, West
fz Zambezi River | h French Community | i Indian Ocean | i-bi British Indian Ocean Territory | i-cq Comoros
i-fs Terres australes et antarctiques françaises | i-hm Heard and McDonald Islands | i-mf Mauritius | i-my Mayotte
i-re Réunion | i-se Seychelles | i-xa Christmas Island (Indian Ocean) | i-xb Cocos (Keeling) Islands | i-xc Maldives
i-xo Socotra Island | l Atlantic Ocean | ln North Atlantic Ocean | lnaz Azores | lnbm Bermuda Islands
lnca Canary Islands | lncv Cape Verde | lnfa Faroe Islands | lnjn Jan Mayen Island | lnma Madeira Islands
lnsb Svalbard (Norway) | ls South Atlantic Ocean | lsai Ascension Island (Atlantic Ocean) | lsbv Bouvet Island
lsfk Falkland Islands | lstd Tristan da Cunha | lsxj Saint Helena | lsxs South Georgia and South Sandwich Islands
m Intercontinental areas (Eastern Hemisphere) | ma Arab countries | mb Black Sea | me Eurasia
mm Mediterranean Region; Mediterranean Sea | mr Red Sea | n North America | n-cn Canada | n-cn-ab Alberta
n-cn-bc British Columbia | n-cn-mb Manitoba | n-cn-nf Newfoundland and Labrador | n-cn-nk New Brunswick
n-cn-ns Nova Scotia | n-cn-nt Northwest Territories | n-cn-nu Nunavut | n-cn-on Ontario | n-cn-pi Prince Edward Island
n-cn-qu Québec (Province) | n-cn-sn Saskatchewan | n-cn-yk Yukon Territory | n-cnh Hudson Bay
n-cnm Maritime Provinces | n-cnp Prairie Provinces | n-gl Greenland | n-mx Mexico | n-us United States
n-us-ak Alaska | n-us-al Alabama | n-us-ar Arkansas | n-us-az Arizona | n-us-ca California | n-us-co Colorado
n-us-ct Connecticut | n-us-dc Washington (D.C.) | n-us-de Delaware | n-us-fl Florida | n-us-ga Georgia
n-us-hi Hawaii | n-us-ia Iowa | n-us-id Idaho | n-us-il Illinois | n-us-in Indiana | n-us-ks Kansas | n-us-ky Kentucky
n-us-la Louisiana | n-us-ma Massachusetts | n-us-md Maryland | n-us-me Maine | n-us-mi Michigan | n-us-mn Minnesota
n-us-mo Missouri | n-us-ms Mississippi | n-us-mt Montana | n-us-nb Nebraska | n-us-nc North Carolina
n-us-nd North Dakota | n-us-nh New Hampshire | n-us-nj New Jersey | n-us-nm New Mexico | n-us-nv Nevada
n-us-ny New York | n-us-oh Ohio | n-us-ok Oklahoma | n-us-or Oregon | n-us-pa Pennsylvania | n-us-ri Rhode Island
n-us-sc South Carolina | n-us-sd South Dakota | n-us-tn Tennessee | n-us-tx Texas | n-us-ut Utah | n-us-va Virginia
n-us-vt Vermont | n-us-wa Washington (State) | n-us-wi Wisconsin | n-us-wv West Virginia | n-us-wy Wyoming
n-usa Appalachian Mountains | n-usc Middle West | n-use Northeastern States | n-usl Middle Atlantic States
n-usm Mississippi River | n-usn New England | n-uso Ohio River | n-usp West (U.S.) | n-usr East (U.S.)
n-uss Missouri River | n-ust Southwest, New | n-usu Southern States | n-usw Northwest (U.S.)
n-xl Saint Pierre and Miquelon | nc Central America | ncbh Belize | nccr Costa Rica | nccz Canal Zone
nces El Salvador | ncgt Guatemala | ncho Honduras | ncnq Nicaragua | ncpn Panama
nl Great Lakes (North America); Lake States | nm Mexico, Gulf of | np Great Plains | nr Rocky Mountains
nw West Indies | nwaq Antigua and Barbuda | nwaw Aruba | nwbb Barbados | nwbc Barbuda | nwbf Bahamas | nwbn Bonaire
nwcj Cayman Islands | nwco Curaçao | nwcu Cuba | nwdq Dominica | nwdr Dominican Republic | nweu Sint Eustatius
nwga Greater Antilles | nwgd Grenada | nwgp Guadeloupe | nwgs Grenadines | nwhi Hispaniola | nwht Haiti | nwjm Jamaica
nwla Antilles, Lesser | nwli Leeward Islands (West Indies) | nwmj Montserrat | nwmq Martinique
nwna Netherlands Antilles | nwpr Puerto Rico | nwsb Saint-Barthélemy | nwsc Saint-Barthélemy | nwsd Saba
nwsn Sint Maarten | nwst Saint-Martin | nwsv Swan Islands (Honduras) | nwtc Turks and Caicos Islands
nwtr Trinidad and Tobago | nwuc United States Miscellaneous Caribbean Islands | nwvb British Virgin Islands
nwvi Virgin Islands of the United States | nwwi Windward Islands (West Indies) | nwxa Anguilla
nwxi Saint Kitts and Nevis | nwxk Saint Lucia | nwxm Saint Vincent and the Grenadines | p Pacific Ocean
pn North Pacific Ocean | po Oceania | poas American Samoa | pobp Solomon Islands | poci Caroline Islands
pocw Cook Islands | poea Easter Island | pofj Fiji | pofp French Polynesia | pogg Galapagos Islands | pogu Guam
poji Johnston Island | pokb Kiribati | poln Line Islands | pome Melanesia | pomi Micronesia (Federated States)
ponl New Caledonia | ponn Vanuatu | ponu Nauru | popc Pitcairn Island | popl Palau | pops Polynesia
posc Santa Cruz Islands | posh Samoan Islands | potl Tokelau | poto Tonga | pott Micronesia | potv Tuvalu
poup United States Miscellaneous Pacific Islands | powf Wallis and Futuna Islands | powk Wake Island | pows Samoa
poxd Mariana Islands | poxe Marshall Islands | poxf Midway Islands | poxh Niue | ps South Pacific Ocean
q Cold regions | r Arctic Ocean; Arctic regions | s South America | s-ag Argentina | s-bl Brazil | s-bo Bolivia
s-ck Colombia | s-cl Chile | s-ec Ecuador | s-fg French Guiana | s-gy Guyana | s-pe Peru | s-py Paraguay
s-sr Surinam | s-uy Uruguay | s-ve Venezuela | sa Amazon River | sn Andes | sp Rio de la Plata (Argentina and Uruguay)
t Antarctic Ocean; Antarctica | t-ay Antarctica | u Australasia | u-ac Ashmore and Cartier Islands | u-at Australia
u-at-ac Australian Capital Territory | u-at-ne New South Wales | u-at-no Northern Territory | u-at-qn Queensland
u-at-sa South Australia | u-at-tm Tasmania | u-at-vi Victoria | u-at-we Western Australia | u-atc Central Australia
u-ate Eastern Australia | u-atn Northern Australia | u-cs Coral Sea Islands | u-nz New Zealand | v Communist countries
w Tropics | x Earth | xa Eastern Hemisphere | xb Northern Hemisphere | xc Southern Hemisphere | xd Western Hemisphere
zd Deep space | zju Jupiter | zma Mars | zme Mercury | zmo Moon | zne Neptune | zo Outer space | zpl Pluto
zs Solar system | zsa Saturn | zsu Sun | zur Uranus | zve Venus
"""

_COUNTRIES: Final = """
aa Albania | abc Alberta | aca Australian Capital Territory | ae Algeria | af Afghanistan | ag Argentina
ai Armenia (Republic) | aj Azerbaijan | aku Alaska | alu Alabama | am Anguilla | an Andorra | ao Angola
aq Antigua and Barbuda | aru Arkansas | as American Samoa | at Australia | au Austria | aw Aruba | ay Antarctica
azu Arizona | ba Bahrain | bb Barbados | bcc British Columbia | bd Burundi | be Belgium | bf Bahamas | bg Bangladesh
bh Belize | bi British Indian Ocean Territory | bl Brazil | bm Bermuda Islands | bn Bosnia and Herzegovina
bo Bolivia | bp Solomon Islands | br Burma | bs Botswana | bt Bhutan | bu Bulgaria | bv Bouvet Island | bw Belarus
bx Brunei | ca Caribbean Netherlands | cau California | cb Cambodia | cc China | cd Chad | ce Sri Lanka
cf Congo (Brazzaville) | cg Congo (Democratic Republic) | ch China (Republic : 1949- ) | ci Croatia
cj Cayman Islands | ck Colombia | cl Chile | cm Cameroon | co Curaçao | cou Colorado | cq Comoros | cr Costa Rica
ctu Connecticut | cu Cuba | cv Cabo Verde | cw Cook Islands | cx Central African Republic | cy Cyprus
dcu District of Columbia | deu Delaware | dk Denmark | dm Benin | dq Dominica | dr Dominican Republic | ea Eritrea
ec Ecuador | eg Equatorial Guinea | em Timor-Leste | enk England | er Estonia | es El Salvador | et Ethiopia
fa Faroe Islands | fg French Guiana | fi Finland | fj Fiji | fk Falkland Islands | flu Florida
fm Micronesia (Federated States) | fp French Polynesia | fr France | fs Terres australes et antarctiques françaises
ft Djibouti | gau Georgia | gb Kiribati | gd Grenada | gg Guernsey | gh Ghana | gi Gibraltar | gl Greenland
gm Gambia | go Gabon | gp Guadeloupe | gr Greece | gs Georgia (Republic) | gt Guatemala | gu Guam | gv Guinea
gw Germany | gy Guyana | gz Gaza Strip | hiu Hawaii | hm Heard and McDonald Islands | ho Honduras | ht Haiti
hu Hungary | iau Iowa | ic Iceland | idu Idaho | ie Ireland | ii India | ilu Illinois | im Isle of Man | inu Indiana
io Indonesia | iq Iraq | ir Iran | is Israel | it Italy | iv Côte d'Ivoire | iy Iraq-Saudi Arabia Neutral Zone
ja Japan | je Jersey | ji Johnston Atoll | jm Jamaica | jo Jordan | ke Kenya | kg Kyrgyzstan | kn Korea (North)
ko Korea (South) | ksu Kansas | ku Kuwait | kv Kosovo | kyu Kentucky | kz Kazakhstan | lau Louisiana | lb Liberia
le Lebanon | lh Liechtenstein | li Lithuania | lo Lesotho | ls Laos | lu Luxembourg | lv Latvia | ly Libya
mau Massachusetts | mbc Manitoba | mc Monaco | mdu Maryland | meu Maine | mf Mauritius | mg Madagascar | miu Michigan
mj Montserrat | mk Oman | ml Mali | mm Malta | mnu Minnesota | mo Montenegro | mou Missouri | mp Mongolia
mq Martinique | mr Morocco | msu Mississippi | mtu Montana | mu Mauritania | mv Moldova | mw Malawi | mx Mexico
my Malaysia | mz Mozambique | nbu Nebraska | ncu North Carolina | ndu North Dakota | ne Netherlands
nfc Newfoundland and Labrador | ng Niger | nhu New Hampshire | nju New Jersey | nkc New Brunswick | nl New Caledonia
nmu New Mexico | nn Vanuatu | no Norway | np Nepal | nq Nicaragua | nr Nigeria | nsc Nova Scotia
ntc Northwest Territories | nu Nauru | nuc Nunavut | nvu Nevada | nw Northern Mariana Islands | nx Norfolk Island
nyu New York (State) | nz New Zealand | ohu Ohio | oku Oklahoma | onc Ontario | oru Oregon | ot Mayotte
pau Pennsylvania | pc Pitcairn Island | pe Peru | pf Paracel Islands | pg Guinea-Bissau | ph Philippines
pic Prince Edward Island | pk Pakistan | pl Poland | pn Panama | po Portugal | pp Papua New Guinea | pr Puerto Rico
pw Palau | py Paraguay | qa Qatar | qea Queensland | quc Québec (Province) | rb Serbia | re Réunion | rh Zimbabwe
riu Rhode Island | rm Romania | ru Russia (Federation) | rw Rwanda | sa South Africa | sc Saint-Barthélemy
scu South Carolina | sd South Sudan | sdu South Dakota | se Seychelles | sf Sao Tome and Principe | sg Senegal
sh Spanish North Africa | si Singapore | sj Sudan | sl Sierra Leone | sm San Marino | sn Sint Maarten
snc Saskatchewan | so Somalia | sp Spain | sq Eswatini | sr Surinam | ss Western Sahara | st Saint-Martin
stk Scotland | su Saudi Arabia | sw Sweden | sx Namibia | sy Syria | sz Switzerland | ta Tajikistan
tc Turks and Caicos Islands | tg Togo | th Thailand | ti Tunisia | tk Turkmenistan | tl Tokelau | tma Tasmania
tnu Tennessee | to Tonga | tr Trinidad and Tobago | ts United Arab Emirates | tu Turkey | tv Tuvalu | txu Texas
tz Tanzania | ua Egypt | uc United States Misc. Caribbean Islands | ug Uganda | uik United Kingdom Misc. Islands
uk United Kingdom | un Ukraine | up United States Misc. Pacific Islands | ur Soviet Union | us United States
utu Utah | uv Burkina Faso | uy Uruguay | uz Uzbekistan | vau Virginia | vb British Virgin Islands | vc Vatican City
ve Venezuela | vi Virgin Islands of the United States | vm Vietnam | vp Various places | vra Victoria | vtu Vermont
wau Washington (State) | wea Western Australia | wf Wallis and Futuna | wiu Wisconsin
wj West Bank of the Jordan River | wk Wake Island | wlk Wales | ws Samoa | wvu West Virginia | wyu Wyoming
xa Christmas Island (Indian Ocean) | xb Cocos (Keeling) Islands | xc Maldives | xd Saint Kitts-Nevis
xe Marshall Islands | xf Midway Islands | xga Coral Sea Islands Territory | xh Niue | xj Saint Helena | xk Saint Lucia
xl Saint Pierre and Miquelon | xm Saint Vincent and the Grenadines | xn North Macedonia | xna New South Wales
xo Slovakia | xoa Northern Territory | xp Spratly Island | xr Czech Republic | xra South Australia
xs South Georgia and the South Sandwich Islands | xv Slovenia | xxc Canada | xxk United Kingdom | xxu United States
ye Yemen | ykc Yukon Territory | za Zambia
"""

_ISO_3166: Final = """
ad and Andorra | ae are United Arab Emirates | af afg Afghanistan | ag atg Antigua and Barbuda | ai aia Anguilla
al alb Albania | am arm Armenia | ao ago Angola | aq ata Antarctica | ar arg Argentina | as asm American Samoa
at aut Austria | au aus Australia | aw abw Aruba | ax ala Åland Islands | az aze Azerbaijan
ba bih Bosnia and Herzegovina | bb brb Barbados | bd bgd Bangladesh | be bel Belgium | bf bfa Burkina Faso
bg bgr Bulgaria | bh bhr Bahrain | bi bdi Burundi | bj ben Benin | bl blm Saint Barthélemy | bm bmu Bermuda
bn brn Brunei Darussalam | bo bol Bolivia | bq bes Bonaire, Sint Eustatius and Saba | br bra Brazil | bs bhs Bahamas
bt btn Bhutan | bv bvt Bouvet Island | bw bwa Botswana | by blr Belarus | bz blz Belize | ca can Canada
cc cck Cocos (Keeling) Islands | cd cod Congo (Democratic Republic) | cf caf Central African Republic | cg cog Congo
ch che Switzerland | ci civ Côte d'Ivoire | ck cok Cook Islands | cl chl Chile | cm cmr Cameroon | cn chn China
co col Colombia | cr cri Costa Rica | cu cub Cuba | cv cpv Cabo Verde | cw cuw Curaçao | cx cxr Christmas Island
cy cyp Cyprus | cz cze Czechia | de deu Germany | dj dji Djibouti | dk dnk Denmark | dm dma Dominica
do dom Dominican Republic | dz dza Algeria | ec ecu Ecuador | ee est Estonia | eg egy Egypt | eh esh Western Sahara
er eri Eritrea | es esp Spain | et eth Ethiopia | fi fin Finland | fj fji Fiji | fk flk Falkland Islands
fm fsm Micronesia | fo fro Faroe Islands | fr fra France | ga gab Gabon | gb gbr United Kingdom | gd grd Grenada
ge geo Georgia | gf guf French Guiana | gg ggy Guernsey | gh gha Ghana | gi gib Gibraltar | gl grl Greenland
gm gmb Gambia | gn gin Guinea | gp glp Guadeloupe | gq gnq Equatorial Guinea | gr grc Greece
gs sgs South Georgia and the South Sandwich Islands | gt gtm Guatemala | gu gum Guam | gw gnb Guinea-Bissau
gy guy Guyana | hk hkg Hong Kong | hm hmd Heard Island and McDonald Islands | hn hnd Honduras | hr hrv Croatia
ht hti Haiti | hu hun Hungary | id idn Indonesia | ie irl Ireland | il isr Israel | im imn Isle of Man | in ind India
io iot British Indian Ocean Territory | iq irq Iraq | ir irn Iran | is isl Iceland | it ita Italy | je jey Jersey
jm jam Jamaica | jo jor Jordan | jp jpn Japan | ke ken Kenya | kg kgz Kyrgyzstan | kh khm Cambodia | ki kir Kiribati
km com Comoros | kn kna Saint Kitts and Nevis | kp prk Korea (Democratic People's Republic) | kr kor Korea (Republic)
kw kwt Kuwait | ky cym Cayman Islands | kz kaz Kazakhstan | la lao Laos | lb lbn Lebanon | lc lca Saint Lucia
li lie Liechtenstein | lk lka Sri Lanka | lr lbr Liberia | ls lso Lesotho | lt ltu Lithuania | lu lux Luxembourg
lv lva Latvia | ly lby Libya | ma mar Morocco | mc mco Monaco | md mda Moldova | me mne Montenegro
mf maf Saint Martin (French part) | mg mdg Madagascar | mh mhl Marshall Islands | mk mkd North Macedonia | ml mli Mali
mm mmr Myanmar | mn mng Mongolia | mo mac Macao | mp mnp Northern Mariana Islands | mq mtq Martinique
mr mrt Mauritania | ms msr Montserrat | mt mlt Malta | mu mus Mauritius | mv mdv Maldives | mw mwi Malawi
mx mex Mexico | my mys Malaysia | mz moz Mozambique | na nam Namibia | nc ncl New Caledonia | ne ner Niger
nf nfk Norfolk Island | ng nga Nigeria | ni nic Nicaragua | nl nld Netherlands | no nor Norway | np npl Nepal
nr nru Nauru | nu niu Niue | nz nzl New Zealand | om omn Oman | pa pan Panama | pe per Peru | pf pyf French Polynesia
pg png Papua New Guinea | ph phl Philippines | pk pak Pakistan | pl pol Poland | pm spm Saint Pierre and Miquelon
pn pcn Pitcairn | pr pri Puerto Rico | ps pse Palestine | pt prt Portugal | pw plw Palau | py pry Paraguay
qa qat Qatar | re reu Réunion | ro rou Romania | rs srb Serbia | ru rus Russian Federation | rw rwa Rwanda
sa sau Saudi Arabia | sb slb Solomon Islands | sc syc Seychelles | sd sdn Sudan | se swe Sweden | sg sgp Singapore
sh shn Saint Helena, Ascension and Tristan da Cunha | si svn Slovenia | sj sjm Svalbard and Jan Mayen
sk svk Slovakia | sl sle Sierra Leone | sm smr San Marino | sn sen Senegal | so som Somalia | sr sur Suriname
ss ssd South Sudan | st stp Sao Tome and Principe | sv slv El Salvador | sx sxm Sint Maarten (Dutch part)
sy syr Syria | sz swz Eswatini | tc tca Turks and Caicos Islands | td tcd Chad | tf atf French Southern Territories
tg tgo Togo | th tha Thailand | tj tjk Tajikistan | tk tkl Tokelau | tl tls Timor-Leste | tm tkm Turkmenistan
tn tun Tunisia | to ton Tonga | tr tur Türkiye | tt tto Trinidad and Tobago | tv tuv Tuvalu | tw twn Taiwan
tz tza Tanzania | ua ukr Ukraine | ug uga Uganda | um umi United States Minor Outlying Islands | us usa United States
uy ury Uruguay | uz uzb Uzbekistan | va vat Holy See | vc vct Saint Vincent and the Grenadines | ve ven Venezuela
vg vgb Virgin Islands (British) | vi vir Virgin Islands (U.S.) | vn vnm Viet Nam | vu vut Vanuatu
wf wlf Wallis and Futuna | ws wsm Samoa | ye yem Yemen | yt myt Mayotte | za zaf South Africa | zm zmb Zambia
zw zwe Zimbabwe
"""


def _table(lines: str, codes: int = 1) -> dict[str, str]:
    """Names by code; a name follows as many codes as the list has for each place."""
    entries = (entry.split(None, codes) for line in lines.strip().splitlines() for entry in line.split(" | "))
    return {code: name for *found, name in entries for code in found}


# By the authority that names the list.
LISTS: Final = {
    "marcgac": _table(_AREAS),
    "marccountry": _table(_COUNTRIES),
    "iso3166": _table(_ISO_3166, codes=2),
}
_SYNONYMS: Final = {"iso3166-1": "iso3166", "iso3166a2": "iso3166", "iso3166-1-alpha-2": "iso3166", "gac": "marcgac"}


def name(place: Place) -> str:
    """What a place is called: by its code where its scheme is a list of codes, else as it is told."""
    known = LISTS.get(_SYNONYMS.get(place.scheme, place.scheme))
    if known is None:
        return place.text
    code = place.text.strip().rstrip("-").lower()
    while code and code not in known:
        code = code.rpartition("-")[0]
    return known.get(code, place.text)


def is_code(place: Place) -> bool:
    """Whether a place is told by its code."""
    return name(place) != place.text
