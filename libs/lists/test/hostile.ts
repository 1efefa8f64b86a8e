const SQL = [
  "' or 1=1 --", '" or ""="', "'; drop table counterparty; --", "1; select pg_sleep(10)", "x' union select null, null --", "') or ('1'='1", '1/**/or/**/1=1',
  "admin'--", "' || (select version()) || '", "\\'; select 1; --", '$1', '${1}', '$$; select 1; $$', "E'\\x27'", "U&'\\0027'", "' or exists(select 1) --", 'null', 'NULL', 'true; --',
  "' and extractvalue(1, 1) --", '0x27 or 1=1', "%27 or 1=1", "displayName = 'x'", 'displayName = "x" OR 1=1', 'displayName = "x") OR ("a" = "a', '1 = 1', '(select 1) = 1',
  'displayName ~ ".*"', 'displayName similar to "x"', 'id in (1, 2)', 'displayName is not null', 'branchId = branchId', 'displayName;', 'display_name = "x"', 'c.id = "x"',
]
const ORDERS = ['displayName; drop table x', 'displayName nulls first', '(select 1)', 'case when 1=1 then id end', '1', 'id', 'displayName desc, (select 1)', 'random()', 'displayName collate "C"', 'DISPLAYNAME']
const REGEX = ['(a+)+$', '^(([a-z])+.)+[A-Z]([a-z])+$', '.*', '[', '(?<x>', '(?=.*)'.repeat(30), 'a{1,99999}', '%'.repeat(500), '_'.repeat(500), '\\', '\\'.repeat(101), '\\\\"']
const TEMPLATES = ['{{7*7}}', '${7*7}', '#{7*7}', '<%= 7*7 %>', '{{constructor.constructor("return 1")()}}', '__proto__', 'constructor', 'toString', 'hasOwnProperty = 1', '__proto__.any(x = 1)', 'constructor = 1',
  '[object Object]', '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '=cmd|\' /C calc\'!A0', '@SUM(1)', '+1', '-1', '../../etc/passwd', 'file:///etc/passwd', '%00', '\u0000', 'a\u0000b', '\r\nX-Header: 1']
const UNICODE = ['\u202e gnp.exe', '\u200b', 'dis\u200bplayName = "x"', '\u2066x\u2069', '\ufeff', '\ud800', 'x\udfff', 'e\u0301', 'ｄｉｓｐｌａｙＮａｍｅ = "x"', 'kind\u00a0= person', 'kind\u2028=person', 'і'.repeat(300), '🙈'.repeat(200),
  'displayNаme = "x"', '\u0085', '\u061c', 'İ', 'ß', 'ﬁ', '\u0130'.repeat(50), '“x”', '＝', 'kind＝person', '’', 'ʼ', '`', '´']
const SHAPES = ['(', ')', '()', '"', '""', '"\\"', 'NOT', 'AND', 'OR', '-', '--', 'NOT NOT', 'AND AND', ':', '=', 'kind', 'kind =', 'kind = = person', 'kind = person AND', 'OR kind = person', 'kind:person', 'vip > true', 'size = 1e9', 'size = NaN',
  'size = Infinity', 'size = 99999999999999999999', 'birthday = 2026-99-99', 'createTime < 0000-00-00', 'createTime = -99999d', 'createTime > "today"', 'responsibleId = x', 'tags:*:', 'parts.any(', 'opportunities.any(opportunities.any())', 'any()',
  'opportunities.none()', 'opportunities.any', 'opportunities = 1', 'kind.any(x = 1)', '.any()', 'a.b.c = 1', 'kind,=person', '*', 'null = null', 'me = me', 'today']

export const seeds: readonly string[] = [...SQL, ...ORDERS, ...REGEX, ...TEMPLATES, ...UNICODE, ...SHAPES]

/** What people send who wish no good: as it is, and inside what they are known to try. */
export const hostile: readonly string[] = [
  ...new Set([...seeds, ...seeds.map((text) => `kind = person OR ${text}`), ...seeds.map((text) => `displayName = "${text}" --`), ...seeds.map((text) => `(${text}`)]),
]
