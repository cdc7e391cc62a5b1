// The people and companies of the sample book, as data.
// Rule: every address and domain ends in .example, so nothing here can reach a real person.

export const OWNERS = [
  {
    id: "64492917",
    userId: 98499705,
    email: "ana.duarte@northwind.example",
    first: "Ana",
    last: "Duarte",
    slack: "U0ANADUART",
  },
  {
    id: "64492918",
    userId: 98499706,
    email: "ben.okafor@northwind.example",
    first: "Ben",
    last: "Okafor",
    slack: "U0BENOKAFR",
  },
  {
    id: "64492919",
    userId: 98499707,
    email: "carla.rossi@northwind.example",
    first: "Carla",
    last: "Rossi",
    slack: "U0CARLROSS",
  },
  {
    id: "64492920",
    userId: 98499708,
    email: "dana.lee@northwind.example",
    first: "Dana",
    last: "Lee",
    slack: "U0DANALEE1",
  },
] as const;
type Company = { id: string; name: string; domain: string; industry: string; employees: number };
export const COMPANIES: readonly Company[] = [
  {
    id: "330222354146",
    name: "Querbus",
    domain: "querbus.example",
    industry: "TRANSPORTATION_TRUCKING_RAILROAD",
    employees: 1200,
  },
  {
    id: "181822088425",
    name: "Halden Optics",
    domain: "haldenoptics.example",
    industry: "ELECTRICAL_ELECTRONIC_MANUFACTURING",
    employees: 340,
  },
  {
    id: "330222354147",
    name: "Brightmoor Foods",
    domain: "brightmoor.example",
    industry: "FOOD_PRODUCTION",
    employees: 2600,
  },
  { id: "330222354148", name: "Lumen & Oak", domain: "lumenoak.example", industry: "FURNITURE", employees: 85 },
  {
    id: "330222354149",
    name: "Veridian Health",
    domain: "veridian.example",
    industry: "HOSPITAL_HEALTH_CARE",
    employees: 5400,
  },
  { id: "330222354150", name: "Tarn Insurance", domain: "tarn.example", industry: "INSURANCE", employees: 900 },
  {
    id: "330222354151",
    name: "Pelagic Robotics",
    domain: "pelagic.example",
    industry: "INDUSTRIAL_AUTOMATION",
    employees: 150,
  },
  {
    id: "330222354152",
    name: "Copperline Energy",
    domain: "copperline.example",
    industry: "UTILITIES",
    employees: 3100,
  },
];

type Contact = {
  id: string;
  first: string;
  last: string;
  title: string;
  email: string;
  company: string;
  optedOut?: true;
};
const person = (id: string, first: string, last: string, title: string, company: Company | undefined): Contact => ({
  id,
  first,
  last,
  title,
  email: `${first}.${last}@${company?.domain ?? ""}`.toLowerCase(),
  company: company?.id ?? "",
});
const [QUERBUS, HALDEN, BRIGHTMOOR, LUMEN, VERIDIAN, TARN, PELAGIC, COPPERLINE] = COMPANIES;

export const CONTACTS: readonly Contact[] = [
  person("508369434347", "Marta", "Quist", "VP Operations", QUERBUS),
  person("508369434348", "Jonas", "Weil", "Head of IT", QUERBUS),
  person("508369434349", "Ingrid", "Solheim", "CFO", HALDEN),
  person("508369434350", "Petter", "Lund", "Plant Manager", HALDEN),
  person("508369434351", "Grace", "Adeyemi", "Director of Supply Chain", BRIGHTMOOR),
  { ...person("508369434352", "Tom", "Harker", "Procurement Lead", BRIGHTMOOR), optedOut: true },
  person("508369434353", "Noor", "Haddad", "Owner", LUMEN),
  person("508369434354", "Samuel", "Petrov", "CIO", VERIDIAN),
  person("508369434355", "Elena", "Marchetti", "Head of Patient Services", VERIDIAN),
  person("508369434356", "Oscar", "Lindqvist", "Chief Underwriter", TARN),
  person("508369434357", "Mina", "Sato", "VP Engineering", PELAGIC),
  person("508369434358", "Luca", "Ferri", "Procurement Manager", PELAGIC),
  person("508369434359", "Ruth", "Cole", "Director of Field Operations", COPPERLINE),
  person("508369434360", "Ivan", "Dragan", "Head of Digital", COPPERLINE),
];
