/** Lines that tools print to people beside a dump: they end no segment and say nothing about the node. */
const chatter: readonly RegExp[] = [
  /^Warning: Permanently added /,
  /^command terminated with (?:non-zero )?exit code/,
  /^Defaulted? container "/,
  /^Unable to use a TTY/,
  /^(?:Connection to \S+ closed|Last login: |Pseudo-terminal will not be allocated)/,
  /^--More--(?:\(\d+%\))?$/,
  /^(?:\(END\)|lines \d+-\d+(?:\/\d+)?(?: \(END\))?|:|~)$/,
  /^\^[CZ]/,
  /^Another app is currently holding the xtables lock/,
  /^(?:sudo: |\[sudo\] password|If you don't see a command prompt)/,
  /^Creating debugging pod /,
  // iptables -v repeats what it was told: "ACCEPT  tcp opt -- in * out eth0  0.0.0.0/0  -> 0.0.0.0/0   tcp dpt:80"
  /^\S* {2}\S+ opt \S{1,2} in \S+ out \S+ {2}\S+ {2}-> \S+ {2}/,
  /^(?:Flushing|Zeroing|Deleting) chain `\S+'$/,
  /^sysctl: (?:permission denied|cannot stat|reading key|error reading|unable to)/,
  /^--$/,
  /^(?:--- [\w./-]+(?:\t.*)?|diff --git .*|index [0-9a-f]{7,40}\.\..*)$/,
  // what grep -c prints, and a gutter that was copied before the text
  /^\s*\d{1,7}$/,
];
/** Somebody or something left lines out here. */
const ellipsis =
  /^\s*(?:\.{3,6}|…{1,2}|\[\s*(?:\.{3}|…)\s*\]|<\s*(?:snip|cut|truncated|omitted)\s*>|[([]?(?:\.{3}\s*)?(?:truncated|output omitted|snip(?:ped)?|以下省略|省略)[^a-z]{0,3}(?:\d+ (?:lines|bytes|characters))?[)\]]?(?:\.{3})?)\s*$/i;
/** Opens or closes a Markdown block; only blanks, list marks and quote marks may stand before it. */
const fence = /^[\s>*+-]{0,12}(`{3,}|~{3,})/;
/** Kramdown and front matter, rulers. */
const ruler = /^\s*(?:[=_*-]{3,}|\{:[^}]*\})\s*$/;

export const isChatter = (line: string): boolean => chatter.some((pattern) => pattern.test(line));
export const isEllipsis = (line: string): boolean => line.length < 80 && ellipsis.test(line);
export const isFence = (line: string): boolean => fence.test(line);
export const isRuler = (line: string): boolean => ruler.test(line);
