import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { macAddress } from "../values/mac-address.ts";
import { oneName } from "../values/names.ts";
import { number, uint32 } from "../values/number.ts";
import { ofFamily, recognisedTarget } from "./define-target.ts";

/** One address on several nodes, gone since Linux 6.2: libipt_CLUSTERIP.c. */
export const clusterip = ofFamily(
  4,
  recognisedTarget(
    "CLUSTERIP",
    true,
    {
      fresh: option("--new", flag),
      hash: option("--hashmode", oneName(["sourceip", "sourceip-sourceport", "sourceip-sourceport-destport"])),
      mac: option("--clustermac", macAddress),
      nodes: option("--total-nodes", number(1, 16)),
      local: option("--local-node", number(1, 16)),
      seed: option("--hash-init", uint32),
    },
    words("CLUSTERIP drops packets that are another node's.", "CLUSTERIP 会丢弃属于其他节点的报文。"),
    listForm(/CLUSTERIP/, [
      ["--hashmode", /hashmode=(?<a>\S+)/],
      ["--clustermac", /clustermac=(?<a>\S+)/],
      ["--total-nodes", /total_nodes=(?<a>\d+)/],
      ["--local-node", /local_node=(?<a>\d+)/],
      ["--hash-init", /hash_init=(?<a>\d+)/],
    ]),
  ),
);
