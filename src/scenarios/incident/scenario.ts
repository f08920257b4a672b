import { words } from "../../base/words.ts";
import type { Scenario } from "../scenario.ts";

export const incident: Scenario = {
  slug: "incident",
  title: words("The node that could not reach its own API", "访问不了自己 API 的节点"),
  says: words(
    "Both nodes as a real kernel (Linux 6.1) ran them: complete dumps, and what tcpdump saw on the broken one.",
    "两个节点都在真实内核（Linux 6.1）上运行过：完整的转储，以及异常节点上的抓包。",
  ),
  finds: "cluster-cidr-missing",
};
