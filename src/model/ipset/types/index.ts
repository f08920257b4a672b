import { bitmapIp } from "./bitmap-ip.ts";
import { bitmapIpMac } from "./bitmap-ip-mac.ts";
import { bitmapPort } from "./bitmap-port.ts";
import { hashIp } from "./hash-ip.ts";
import { hashIpMac } from "./hash-ip-mac.ts";
import { hashIpMark } from "./hash-ip-mark.ts";
import { hashIpPort } from "./hash-ip-port.ts";
import { hashIpPortIp } from "./hash-ip-port-ip.ts";
import { hashIpPortNet } from "./hash-ip-port-net.ts";
import { hashMac } from "./hash-mac.ts";
import { hashNet } from "./hash-net.ts";
import { hashNetIface } from "./hash-net-iface.ts";
import { hashNetNet } from "./hash-net-net.ts";
import { hashNetPort } from "./hash-net-port.ts";
import { hashNetPortNet } from "./hash-net-port-net.ts";
import type { SetType } from "./set-type.ts";

const all: readonly SetType[] = [
  hashIp,
  hashNet,
  hashIpPort,
  hashIpPortIp,
  hashIpPortNet,
  hashNetPort,
  hashNetNet,
  hashNetPortNet,
  hashNetIface,
  hashIpMark,
  hashIpMac,
  hashMac,
  bitmapIp,
  bitmapIpMac,
  bitmapPort,
];

/** Set types natlens can look into, by name. `list:set` is not here: it has other sets, not elements. */
export const setTypes: ReadonlyMap<string, SetType> = new Map(all.map((type) => [type.name, type]));
