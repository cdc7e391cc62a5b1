// The deals and tasks of the sample book, as data; days are relative to the moment of seeding.

const [ANA, BEN, CARLA] = ["64492917", "64492918", "64492919"] as const;

type Deal = {
  id: string;
  name: string;
  stage: string;
  amount: number;
  owner: string;
  company: string;
  contacts: readonly string[];
  /** Days until the close date; negative when it has passed. */
  closesIn: number;
  /** Days since the last activity, since it entered its stage, since it was created. */
  idleDays: number;
  stageDays: number;
  ageDays: number;
};
type Row = [string, string, string, number, string, string, readonly string[], number, number, number, number];

const ROWS: readonly Row[] = [
  [
    "332507367156",
    "Querbus – platform rollout",
    "qualifiedtobuy",
    48_000,
    ANA,
    "330222354146",
    ["508369434347", "508369434348"],
    12,
    14,
    21,
    60,
  ],
  [
    "332507367157",
    "Halden Optics – line monitoring",
    "presentationscheduled",
    31_500,
    ANA,
    "181822088425",
    ["508369434349", "508369434350"],
    25,
    3,
    8,
    41,
  ],
  [
    "332507367158",
    "Brightmoor – cold chain pilot",
    "appointmentscheduled",
    12_000,
    BEN,
    "330222354147",
    ["508369434351", "508369434352"],
    55,
    1,
    4,
    9,
  ],
  [
    "332507367159",
    "Brightmoor – plant analytics",
    "decisionmakerboughtin",
    96_000,
    BEN,
    "330222354147",
    ["508369434351"],
    18,
    6,
    11,
    95,
  ],
  [
    "332507367160",
    "Lumen & Oak – showroom",
    "qualifiedtobuy",
    7_400,
    CARLA,
    "330222354148",
    ["508369434353"],
    33,
    20,
    20,
    47,
  ],
  [
    "332507367161",
    "Veridian – patient scheduling",
    "contractsent",
    210_000,
    CARLA,
    "330222354149",
    ["508369434354", "508369434355"],
    6,
    2,
    5,
    150,
  ],
  [
    "332507367162",
    "Tarn – claims desk",
    "presentationscheduled",
    64_000,
    BEN,
    "330222354150",
    ["508369434356"],
    -4,
    10,
    30,
    110,
  ],
  [
    "332507367163",
    "Pelagic – fleet telemetry",
    "decisionmakerboughtin",
    88_000,
    ANA,
    "330222354151",
    ["508369434357", "508369434358"],
    40,
    5,
    9,
    66,
  ],
  [
    "332507367164",
    "Copperline – meter data",
    "closedwon",
    155_000,
    CARLA,
    "330222354152",
    ["508369434359", "508369434360"],
    -8,
    8,
    8,
    180,
  ],
  [
    "332507367165",
    "Veridian – triage add-on",
    "closedlost",
    22_000,
    BEN,
    "330222354149",
    ["508369434354"],
    -20,
    20,
    20,
    90,
  ],
];

export const DEALS: readonly Deal[] = ROWS.map(
  ([id, name, stage, amount, owner, company, contacts, closesIn, idleDays, stageDays, ageDays]) => ({
    id,
    name,
    stage,
    amount,
    owner,
    company,
    contacts,
    closesIn,
    idleDays,
    stageDays,
    ageDays,
  }),
);

export const TASKS = [
  {
    id: "70210000001",
    subject: "Send the data residency paper",
    status: "NOT_STARTED",
    type: "EMAIL",
    priority: "HIGH",
    dueIn: -2,
    owner: ANA,
    deal: "332507367156",
  },
  {
    id: "70210000002",
    subject: "Prepare the demo plant",
    status: "COMPLETED",
    type: "TODO",
    priority: "MEDIUM",
    dueIn: -6,
    owner: ANA,
    deal: "332507367157",
  },
  {
    id: "70210000003",
    subject: "Call Grace about the pilot sites",
    status: "NOT_STARTED",
    type: "CALL",
    priority: "MEDIUM",
    dueIn: 3,
    owner: BEN,
    deal: "332507367158",
  },
  {
    id: "70210000004",
    subject: "Legal review of the order form",
    status: "WAITING",
    type: "TODO",
    priority: "HIGH",
    dueIn: 1,
    owner: CARLA,
    deal: "332507367161",
  },
] as const;
