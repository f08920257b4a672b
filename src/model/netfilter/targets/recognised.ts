import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { type Masked, mark } from "../values/masked.ts";
import { hex, number, uint32 } from "../values/number.ts";
import { word } from "../values/text.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { recognisedTarget } from "./define-target.ts";

const tproxyMark: ValueKind<Masked> = { ...mark, print: ({ value, mask }) => `${hex(value)}/${hex(mask)}` };
const port = number(0, 65535);

/** Targets that natlens reads and prints, but whose effect it does not work out: one line each. */
export const recognisedTargets = [
  recognisedTarget(
    "NFQUEUE",
    true,
    {
      number: option("--queue-num", port),
      balance: option("--queue-balance", word()),
      bypass: option("--queue-bypass", flag),
      fanout: option("--queue-cpu-fanout", flag),
    },
    words("A program on the node decides.", "由节点上的程序裁决。"),
  ),
  recognisedTarget(
    "TPROXY",
    true,
    {
      port: option("--on-port", port),
      address: option("--on-ip", word()),
      mark: option("--tproxy-mark", tproxyMark),
    },
    words("TPROXY hands the packet to a local socket if there is one.", "存在本地 socket 时 TPROXY 把报文交给它。"),
  ),
  recognisedTarget(
    "SYNPROXY",
    true,
    {
      sack: option("--sack-perm", flag),
      timestamp: option("--timestamp", flag),
      scale: option("--wscale", uint32),
      mss: option("--mss", uint32),
      ecn: option("--ecn", flag),
    },
    words("SYNPROXY answers the SYN in the server's place.", "SYNPROXY 代服务器应答 SYN。"),
  ),
  recognisedTarget(
    "HMARK",
    false,
    {
      tuple: option("--hmark-tuple", word()),
      source: option("--hmark-src-prefix", word()),
      destination: option("--hmark-dst-prefix", word()),
      sourceMask: option("--hmark-sport-mask", word()),
      destinationMask: option("--hmark-dport-mask", word()),
      spiMask: option("--hmark-spi-mask", word()),
      sport: option("--hmark-sport", word()),
      dport: option("--hmark-dport", word()),
      spi: option("--hmark-spi", word()),
      proto: option("--hmark-proto-mask", word()),
      random: option("--hmark-rnd", word()),
      modulus: option("--hmark-mod", word()),
      offset: option("--hmark-offset", word()),
    },
    words("HMARK sets a mark computed from the packet.", "HMARK 按报文计算并设置标记。"),
  ),
  recognisedTarget(
    "CLUSTERIP",
    true,
    {
      fresh: option("--new", flag),
      hash: option("--hashmode", word()),
      mac: option("--clustermac", word()),
      nodes: option("--total-nodes", word()),
      local: option("--local-node", word()),
      seed: option("--hash-init", word()),
    },
    words("CLUSTERIP drops packets that are another node's.", "CLUSTERIP 会丢弃属于其他节点的报文。"),
  ),
  recognisedTarget(
    "DNPT",
    false,
    { source: option("--src-pfx", word()), destination: option("--dst-pfx", word()) },
    words("DNPT rewrites the destination's prefix.", "DNPT 改写目的地址前缀。"),
  ),
  recognisedTarget(
    "SNPT",
    false,
    { source: option("--src-pfx", word()), destination: option("--dst-pfx", word()) },
    words("SNPT rewrites the source's prefix.", "SNPT 改写源地址前缀。"),
  ),
];
