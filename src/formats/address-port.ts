import { type Ip, parseIp } from "../model/net/ip.ts";
import { servicePort } from "../model/net/services.ts";

export interface AddressPort {
  readonly address: Ip;
  readonly port: number;
  /** The port stood there as a name, `https`. */
  readonly named?: string;
}

/** `192.0.2.1:443`, `[2001:db8::1]:443`, `192.0.2.1:https`; undefined: a host's name, or no port. */
export function addressPort(text: string): AddressPort | undefined {
  const cut = text.lastIndexOf(":");
  const rest = text.slice(cut + 1);
  const service = servicePort(rest);
  const named = service === undefined ? undefined : Number(service);
  const port = named ?? (/^\d{1,5}$/.test(rest) ? Number(rest) : 65536);
  if (cut < 1 || port > 65535) return undefined;
  const host = text.slice(0, cut);
  const wide = host.startsWith("[") && host.endsWith("]");
  const address = parseIp(wide ? host.slice(1, -1) : host);
  if (address === undefined || (!wide && address.includes(":"))) return undefined;
  return { address, port, ...(named === undefined ? {} : { named: rest }) };
}

/** As /proc/net/ip_vs prints it: `0A140001:01BB`, `[fd00:0096:0000:0000:0000:0000:0000:0001]:01BB`. */
export function hexAddressPort(text: string): AddressPort | undefined {
  const [, narrow, wide, port = ""] = /^(?:([0-9A-F]{8})|\[([0-9a-f:]{39})\]):([0-9A-F]{4})$/.exec(text) ?? [];
  const quad = narrow?.match(/../g)?.map((byte) => Number.parseInt(byte, 16));
  const address = parseIp(quad?.join(".") ?? wide ?? "");
  return address === undefined ? undefined : { address, port: Number.parseInt(port, 16) };
}
