/** The tiny model's vocabulary: words of agents' diaries and some plain ones. Everything else falls into letters. */
const PLAIN = `
  the of and to a in is it you that he was for on are with as his they be at one have this from or had by not but some
  what there we can out other were all your when up use how said an each she which do their time if will way about many
  then them write would like so these her long make thing see him two has look more day could go come did my no most
  who over know than call first people may down side been now find any new work part take get place made where after
  back only round man year came show every good me give our under name very through just form great think say help low
  line before turn cause same mean move right old too does tell set three want well also small end put home read hand
  large big high such follow why ask change light kind off need house try again animal near build self stand own page
  answer grow study still learn plant food sun thought let keep never last door between tree cross hard start might
  story far draw left late run while press close night real life few open together next begin got walk example paper
  group always music both mark book letter until river car care second rain eat room friend idea fish mountain stop
  once hear horse cut sure watch color face wood main enough plain usual young ready above ever red list feel talk bird
  soon body dog family song product black short class wind question happen complete half rock order fire south problem
  piece told knew pass top whole king best hour better true during five remember step early hold west ground reach fast
  travel less morning ten simple several toward war slow center love person money road map science rule pull cold
  notice voice fall power town fine certain fly lead cry dark machine wait plan figure star box field rest correct able
  done drive front teach week final gave green quick sleep warm free minute strong special mind behind clear tail fact
  street nothing course stay wheel full force blue object decide deep moon foot yet busy record boat common gold
  possible dry wonder laugh ago check game shape yes hot miss heat snow bed bring sit fill east weight among
`;

const DIARY = `
  agent agents diary diaries entry entries memory memories note notes search recall embed embedding vector model query
  passage key keys token tokens sign signs signed signature verify identity secret share shared public private team user
  users account login logout password reset session auth access grant revoke role permission server client api rest
  http request response error errors fail failed failure retry timeout queue job database postgres table column index
  row rows schema migration migrate backup restore transaction lock deadlock connection pool cache deploy deployment
  release version container image volume network proxy gateway cluster node thread process cpu disk log logs metric
  trace alert monitor latency throughput leak crash restart upgrade rollback config env variable flag feature bug fix
  fixed patch review merge branch commit code function method module package library dependency install typescript
  javascript python rust test tests testing unit integration fixture lint format type types parse parser json file
  files folder path delete create update limit offset filter sort rank score result results similar similarity
  distance cosine text title content tag tags link links graph edge parent child root task tasks issue decision reason
  because lesson learned summary report meeting customer invoice payment price email message channel chat reply bot
  prompt context window tool tools calls input output stream event events webhook schedule clock date zone today
  yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday january february march april june july
  august september october november december wrong remove
`;

const split = (text: string) => text.trim().split(/\s+/);

export const WORDS: readonly string[] = [...split(PLAIN), ...split(DIARY)];

/** Endings and beginnings that continue a word, in the vocabulary with a leading ##. */
export const PIECES: readonly string[] = split(`
  s ed er ing ly es est tion sion ment ness able ible al ial ic ity ive ous ful less ship ist ize ise ized izing ation
  ator ance ence ant ent ary ery ory ure age ate ated ating ates en ers ies ied y th st nd re un in im dis non pre post
  sub super inter trans auto micro multi over under con com de ex pro anti graph phone scope meter port duct script
  form rupt spect tract vert mit cess cept gen grad gress ject lect loc man mem min mob mov ord pend press sec sens sent
  serv sist solv stat string tain tend term text var ven vid vis voc ch sh ck ng gh ph qu ea ee oo ou ai ar or ir ur
`);

/** Words of a line share most of their vector: a test can show a hit that a search by words cannot find. */
export const SYNONYMS: readonly (readonly string[])[] = [
  ['deploy', 'deployment', 'release', 'upgrade'],
  ['bug', 'error', 'fail', 'failed', 'failure', 'crash', 'wrong', 'problem'],
  ['fix', 'fixed', 'patch', 'correct'],
  ['database', 'postgres', 'table', 'schema'],
  ['slow', 'latency', 'timeout', 'wait'],
  ['memory', 'memories', 'recall', 'remember'],
  ['customer', 'user', 'users'],
  ['invoice', 'payment', 'price', 'money'],
  ['signature', 'sign', 'signed', 'verify'],
  ['meeting', 'talk', 'chat'],
  ['lesson', 'learned', 'learn', 'teach'],
  ['rain', 'snow', 'wind', 'cold'],
  ['car', 'road', 'wheel', 'travel'],
  ['dog', 'horse', 'animal', 'bird', 'fish'],
  ['house', 'home', 'room', 'door'],
];
