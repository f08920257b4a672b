import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable, option } from "../values/fields.ts";
import { allBits } from "../values/masked.ts";
import { hexNumber, number } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";

const bits = hexNumber(allBits, 8);

/** Whether a node of a cluster handles the connection: libxt_cluster.c. A node's number is printed as its bit. */
export const cluster = defineMatch({
  name: "cluster",
  level: "recognised",
  note: words("A hash of the source decides which node takes a packet.", "由来源地址的哈希决定哪个节点处理报文。"),
  fields: {
    mask: negatable("--cluster-local-nodemask", bits),
    local: negatable("--cluster-local-node", number(1, 32)),
    nodes: option("--cluster-total-nodes", number(1, 32)),
    seed: option("--cluster-hash-seed", bits),
  },
  needs: [["mask", "local"], ["nodes"], ["seed"]],
  exclusive: [["mask", "local"]],
  complete: ({ local, ...rest }) =>
    local ? { mask: { negated: local.negated, is: 2 ** (local.is - 1) }, ...rest } : rest,
  list: listForm(/cluster/, [
    ["--cluster-local-nodemask", /(?<not>!)?node_mask=(?<a>\S+)/],
    ["--cluster-total-nodes", /total_nodes=(?<a>\d+)/],
    ["--cluster-hash-seed", /hash_seed=(?<a>\S+)/],
  ]),
});
