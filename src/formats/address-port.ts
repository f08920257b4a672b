import { type Ip, parseIp } from "../model/net/ip.ts";

/** `192.0.2.1:443`, `[2001:db8::1]:443`; undefined: a name, or no port. */
export function addressPort(text: string): { readonly address: Ip; readonly port: number } | undefined {
  const cut = text.lastIndexOf(":");
  const port = text.slice(cut + 1);
  if (cut < 1 || !/^\d{1,5}$/.test(port) || Number(port) > 65535) return undefined;
  const host = text.slice(0, cut);
  const wide = host.startsWith("[") && host.endsWith("]");
  const address = parseIp(wide ? host.slice(1, -1) : host);
  return address === undefined || (!wide && address.includes(":")) ? undefined : { address, port: Number(port) };
}
