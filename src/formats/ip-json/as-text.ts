/** What kind of object it is, by its keys (iproute2 6.1), and the lines in which ip without -j would print it. */
export interface AsText {
  readonly of: "ip-addr" | "ip-route" | "ip-rule" | "nothing";
  readonly lines: readonly string[];
}

type Object_ = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Object_ =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly Object_[] => (Array.isArray(value) ? value.filter(isObject) : []);
const words = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
/** A value that may stand in a line: no blank, no line end. */
const word = (value: unknown): string => String(value).replace(/\s+/g, "_");

export function asText(object: Object_): AsText {
  if ("lladdr" in object || Array.isArray(object.state)) return { of: "nothing", lines: [] };
  if ("ifname" in object || "addr_info" in object) return { of: "ip-addr", lines: linkLines(object) };
  if ("priority" in object && ("src" in object || "table" in object || "action" in object || "goto" in object))
    return { of: "ip-rule", lines: [ruleLine(object)] };
  if ("dst" in object) return { of: "ip-route", lines: routeLines(object) };
  return { of: "nothing", lines: [] };
}

function linkLines(o: Object_): string[] {
  const name = `${word(o.ifname)}${o.link === undefined ? "" : `@${word(o.link)}`}`;
  // -br: state, and no flags
  const head = Array.isArray(o.flags)
    ? `${o.ifindex ?? 0}: ${name}: <${words(o.flags).join(",")}> mtu ${o.mtu ?? 0}${o.master === undefined ? "" : ` master ${word(o.master)}`} state ${word(o.operstate ?? "UNKNOWN")}`
    : `${name} ${word(o.operstate ?? "UNKNOWN")} `;
  const brief = !Array.isArray(o.flags);
  const addresses = list(o.addr_info).map((a) => addressText(a, brief));
  if (brief) return [`${head}${addresses.join(" ")}`];
  const hardware =
    o.address === undefined
      ? []
      : [
          `    link/${word(o.link_type ?? "ether")} ${word(o.address)}${o.promiscuity === undefined ? "" : ` brd - promiscuity ${o.promiscuity}`}`,
        ];
  const info = isObject(o.linkinfo) ? o.linkinfo : {};
  const kind = info.info_kind === undefined ? [] : [`    ${word(info.info_kind)} ${pairs(info.info_data)}`.trimEnd()];
  const port = isObject(info.info_slave_data) ? info.info_slave_data : o;
  const modes = ["hairpin", "isolated"].flatMap((key) =>
    typeof port[key] === "boolean" ? [`${key} ${port[key] ? "on" : "off"}`] : [],
  );
  return [
    head,
    ...hardware,
    ...kind,
    ...(modes.length > 0 ? [`    bridge_slave ${modes.join(" ")}`] : []),
    ...addresses,
  ];
}

/** Simple values of an object as words: `id 42 dstport 4789`. */
const pairs = (value: unknown): string =>
  isObject(value)
    ? Object.entries(value)
        .filter(([, v]) => typeof v !== "object")
        .map(([k, v]) => `${k} ${word(v)}`)
        .join(" ")
    : "";

function addressText(a: Object_, brief: boolean): string {
  const own =
    a.address === undefined
      ? `${word(a.local)}/${a.prefixlen}`
      : `${word(a.local)} peer ${word(a.address)}/${a.prefixlen}`;
  if (brief) return own;
  const flags = Object.entries(a)
    .filter(([, v]) => v === true)
    .map(([k]) => k);
  const family = a.family === "inet6" || String(a.local).includes(":") ? "inet6" : "inet";
  return [
    `    ${family} ${own}`,
    a.broadcast === undefined ? "" : `brd ${word(a.broadcast)}`,
    `scope ${word(a.scope ?? "global")}`,
    ...flags,
    a.label === undefined ? "" : word(a.label),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

const routeKeys: Readonly<Record<string, string>> = {
  gateway: "via",
  protocol: "proto",
  prefsrc: "src",
  priority: "metric",
};
const routeSkipped = new Set(["type", "dst", "flags", "metrics", "nexthops", "via", "cache", "expires", "pref"]);

function hopText(o: Object_): string {
  const via = isObject(o.via) ? o.via.host : o.gateway;
  return [
    via === undefined ? "" : `via ${word(via)}`,
    o.dev === undefined ? "" : `dev ${word(o.dev)}`,
    o.weight === undefined ? "" : `weight ${word(o.weight)}`,
    ...words(o.flags),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function routeLines(o: Object_): string[] {
  const rest = Object.entries(o)
    .filter(([key, value]) => !routeSkipped.has(key) && typeof value !== "object")
    .map(([key, value]) => `${routeKeys[key] ?? key} ${word(value)}`);
  const via = isObject(o.via) ? [`via ${word(o.via.host)}`] : [];
  const encap =
    isObject(o.encap) || typeof o.encap === "string"
      ? [`encap ${isObject(o.encap) ? pairs(o.encap) : word(o.encap)}`]
      : [];
  const wide = [o.gateway, isObject(o.via) ? "" : undefined, o.prefsrc, ...list(o.nexthops).map((h) => h.gateway)].some(
    (v) => String(v).includes(":"),
  );
  const answer = Array.isArray(o.cache) || "uid" in o ? ["    cache"] : [];
  return [
    [
      o.type ?? "",
      word(o.dst),
      ...encap,
      ...via,
      ...rest.filter((r) => !r.startsWith("encap ")),
      ...words(o.flags),
      "pref" in o || (o.dst === "default" && wide) ? "pref medium" : "",
    ]
      .filter((part) => part !== "")
      .join(" "),
    ...list(o.nexthops).map((hop) => `\tnexthop ${hopText(hop)}`),
    ...answer,
  ];
}

function ruleLine(o: Object_): string {
  const side = (key: "src" | "dst"): string | undefined => {
    const length = o[`${key}len`];
    return o[key] === undefined || o[key] === "all"
      ? undefined
      : `${word(o[key])}${length === undefined ? "" : `/${length}`}`;
  };
  const ranged = (key: "sport" | "dport"): string =>
    o[key] === undefined && o[`${key}_start`] === undefined
      ? ""
      : `${key} ${o[key] ?? `${o[`${key}_start`]}-${o[`${key}_end`]}`}`;
  const known = new Set([
    "priority",
    "not",
    "src",
    "srclen",
    "dst",
    "dstlen",
    "fwmark",
    "fwmask",
    "table",
    "goto",
    "action",
    "sport",
    "sport_start",
    "sport_end",
    "dport",
    "dport_start",
    "dport_end",
    "uid_start",
    "uid_end",
    "suppress_prefixlen",
    "protocol",
    "flags",
  ]);
  const to = side("dst");
  const rest = Object.entries(o)
    .filter(([key, value]) => !known.has(key) && typeof value !== "object")
    .map(([key, value]) => `${key} ${word(value)}`);
  const bare = Object.keys(o).filter((key) => o[key] === null && !known.has(key));
  return [
    `${o.priority}:\t${"not" in o ? "not " : ""}from ${side("src") ?? "all"}`,
    to === undefined ? "" : `to ${to}`,
    o.fwmark === undefined ? "" : `fwmark ${word(o.fwmark)}${o.fwmask === undefined ? "" : `/${word(o.fwmask)}`}`,
    ranged("sport"),
    ranged("dport"),
    o.uid_start === undefined ? "" : `uidrange ${o.uid_start}-${o.uid_end}`,
    ...rest,
    ...bare.map((key) =>
      key === "unresolved" || key.endsWith("_detached") ? `[${key.replace(/^[io]if_/, "")}]` : key,
    ),
    o.table === undefined ? "" : `lookup ${word(o.table)}`,
    o.suppress_prefixlen === undefined ? "" : `suppress_prefixlength ${o.suppress_prefixlen}`,
    o.goto === undefined ? "" : `goto ${o.goto}`,
    o.action === undefined ? "" : word(o.action),
  ]
    .filter((part) => part !== "")
    .join(" ");
}
