/** A line by which somebody tells apart whose dumps follow. */
export interface NodeHeading {
  /** `node-1`, `broken node`, `正常节点` */
  readonly title: string;
  /** What it says of the node. */
  readonly side?: "healthy" | "broken";
  /** It is only a name, which may be that of anything. */
  readonly bare: boolean;
}

const marks = /^\s*(?:#{1,6}\s*|[=*_~+-]{2,}\s*|[>–—]{2,}\s*|[【「]\s*)/;
const around = /^[\s#=*_~+\->–—【「]+|[\s#=*_~+\-<–—】」:：]+$/g;
const name = "[\\w.-]{1,63}";
const kinds = "node|host|machine|server|side|节点|机器|主机|服务器|机|侧";
const good = "healthy|working|good|normal|ok|正常|健康|好|可用";
const bad =
  "unhealthy|not working|broken|bad|faulty|failing|failed|abnormal|problem(?:atic)?|不正常|不健康|异常|故障|坏|有问题|问题|不通";
const article = "(?:(?:the|a|on|在)\\s*)?";
/** `healthy`, `the broken node`, `正常的节点`, `broken node: node-2`, `node-1 (healthy)` */
const health = (words: string): RegExp =>
  new RegExp(
    `^${article}(?:(?:${words})(?:的|\\s)?\\s*(?:${kinds})?(?:[\\s:：(（]+${name}[)）]?)?|(?:(?:${kinds})\\s*)?${name}\\s*[(（]\\s*(?:${words})(?:\\s*(?:${kinds}))?\\s*[)）])$`,
    "i",
  );
const healthy = health(good);
const broken = health(bad);
/** `node 1`, `node-a`, `host: n1`, `节点 2`, `主机 10.0.0.7` */
const own = "(?:(?=[\\w.-]*\\d)[\\w.-]{1,63}|[a-z])";
const numbered = new RegExp(
  `^${article}(?:(?:node|host|machine|server)(?:[\\s:：#_-]+${own}|\\d{1,4})|(?:节点|机器|主机|服务器)[\\s:：#_-]*${own})$`,
  "i",
);
/** `ip-10-0-0-7`, `worker3`, `192.0.2.7`: between marks only. */
const host = /^(?=.*\d)(?=.*[a-z]|\d+(?:\.\d+){3}$)[a-z0-9][\w-]*(?:\.[\w-]+)*$/i;
const ofNode = new RegExp(kinds, "i");

/** `## healthy`, `=== node-1 ===`, `--- broken node ---`, `正常节点：`; undefined: no such line. */
export function nodeHeading(line: string): NodeHeading | undefined {
  if (line.length > 80) return undefined;
  const title = line.replace(around, "");
  if (title === "") return undefined;
  const marked = marks.test(line);
  const colon = /[:：]\s*$/.test(line);
  const side = broken.test(title) ? "broken" : healthy.test(title) ? "healthy" : undefined;
  if (side) return marked || colon || ofNode.test(title) ? { title, side, bare: false } : undefined;
  if (numbered.test(title) && (marked || colon || /\d$/.test(title))) return { title, bare: false };
  return marked && host.test(title) ? { title, bare: true } : undefined;
}
