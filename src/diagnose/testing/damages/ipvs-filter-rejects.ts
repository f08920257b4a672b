import { ip } from "../../../simulate/testing/node.ts";
import { type Damage, none, service, services } from "../damage.ts";

const local = service(4, ["10.244.1.30:8080"], { externalIps: [ip("192.0.2.4")], externalLocal: true });
const written = { services: [...services, local] };

export const ipvsFilterRejects: readonly Damage[] = [
  {
    what: "an external address with Local policy, which 1.26 to 1.29 forget to let through",
    modes: ["ipvs"],
    versions: ["1.26", "1.29"],
    edit: none,
    written,
    nearMisses: [
      { what: "the same with versions before and after", versions: ["1.25", "1.30"], edit: none, node: written },
    ],
  },
];
