import { sha256 } from "@noble/hashes/sha2.js";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const encoder = new TextEncoder();

/** First sixteen letters of base32(sha256(text)) (pkg/proxy/iptables/proxier.go portProtoHash; the same 1.9 to 1.36). */
export function chainHash(text: string): string {
  let out = "";
  let bits = 0;
  let held = 0;
  for (const byte of sha256(encoder.encode(text)).subarray(0, 10)) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += alphabet[(held >> bits) & 31] ?? "";
    }
    held &= (1 << bits) - 1;
  }
  return out;
}

/** Of KUBE-SVC-, KUBE-SVL-, KUBE-EXT-, KUBE-FW-, KUBE-XLB-: one service port shares it. `name` as in comments. */
export const serviceHash = (name: string, proto: string): string => chainHash(name + proto);
/** Of KUBE-SEP-; `endpoint` is `ip:port`, IPv6 in brackets. */
export const endpointHash = (name: string, proto: string, endpoint: string): string =>
  chainHash(name + proto + endpoint);
