import { words } from "../../base/words.ts";
import type { Scenario } from "../scenario.ts";

export const incidentAsReported: Scenario = {
  slug: "incident-as-reported",
  title: words("The same incident, as it was reported in 2019", "同一事故，2019 年的原始报告"),
  says: words(
    "What the report contains: the rules of two nat tables, one virtual server, one address, captures, a kernel log of another cluster.",
    "报告里有的内容：两份 nat 表的规则、一个虚拟服务、一个地址、抓包，以及另一个集群的内核日志。",
  ),
  finds: "cluster-cidr-missing",
};
