// Takes the Handlebars project's published cases out of the coverage reports in its package, and prints them as JSON.
//
// A report holds the whole text of a file of the suite. Here its `it`s run with words that render nothing: they collect
// what is rendered with what, and what should come of it. `apart` says why a case is none for templates that are only text.
const fs = require("fs");
const path = require("path");
const vm = require("vm");
const Handlebars = require("handlebars");

const REPORTS = path.join(path.dirname(require.resolve("handlebars-cases/package.json")), "coverage/lcov-report/spec");
const FILES = [
  "basic", "blocks", "builtins", "data", "helpers", "partials", "regressions", "string-params", "subexpressions",
  "track-ids", "utils", "whitespace-control", "parser", "tokenizer",
];
const NAMED = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'", nbsp: " " };

function sourceOf(file) {
  const report = fs.readFileSync(path.join(REPORTS, `${file}.js.html`), "utf8");
  const [, marked] = /<td class="text"><pre class="prettyprint lang-js">([^]*?)<\/pre><\/td>/.exec(report);
  return marked
    .replace(/<span class="missing-if-branch"[^>]*>[EI]<\/span>/g, "") // the report's own marks
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) => (code ? String.fromCodePoint(code) : NAMED[name]));
}

// What a case gave, for `equals` to tell what should have come.
class Result {
  constructor(found) {
    this.found = found;
  }
}

class Collector {
  constructor() {
    this.cases = [];
    this.broken = [];
    this.path = [];
    this.hooks = [];
    this.counts = new Map();
  }

  run(file) {
    this.file = file;
    vm.runInThisContext(sourceOf(file), { filename: `${file}.js` });
  }

  describe(name, body) {
    const outside = this.hooks;
    this.hooks = [...outside];
    this.path.push(name);
    body();
    this.path.pop();
    this.hooks = outside;
  }

  it(name, body) {
    if (!body) return;
    this.helpers = [];
    this.partials = {};
    this.name = [...this.path, name].join(" / ");
    global.handlebarsEnv = this.environment();
    try {
      for (const hook of this.hooks) hook();
      body();
    } catch (error) {
      this.broken.push(`${this.name}: ${error.message}`);
    }
  }

  environment() {
    const registered = this;
    return Object.assign(Object.create(Handlebars.create()), {
      registerHelper: (name) => registered.helpers.push(...(typeof name === "string" ? [name] : Object.keys(name))),
      registerPartial: (name, text) => Object.assign(registered.partials, typeof name === "string" ? { [name]: text } : name),
      unregisterPartial: (name) => delete registered.partials[name],
    });
  }

  add(template, options, data, more = {}) {
    const partials = { ...this.partials, ...more.partials };
    const helpers = [...this.helpers, ...Object.keys(more.helpers || {})];
    const count = (this.counts.get(this.name) || 0) + 1;
    this.counts.set(this.name, count);
    const found = {
      file: this.file,
      name: count > 1 ? `${this.name} / ${count}` : this.name,
      template, data, partials,
      apart: apart({ template, options, data, partials, helpers, given: more.data }),
    };
    this.cases.push(found);
    return found;
  }

  compile(template, options) {
    let compiled = this.add(template, options, {});
    return (data, more) => {
      if (compiled) this.forget(compiled);
      compiled = null;
      return new Result(this.add(template, options, data, more));
    };
  }

  forget(found) {
    this.cases.splice(this.cases.indexOf(found), 1);
    this.counts.set(this.name, this.counts.get(this.name) - 1);
  }

  should(template, given, expected) {
    const [data, helpers, partials, compat] = Array.isArray(given) ? given : [given];
    const found = this.add(template, compat && { compat }, data, { helpers, partials });
    if (typeof expected === "string") found.published = expected;
    return new Result(found);
  }

  equals(one, other) {
    if (one instanceof Result && typeof other === "string") one.found.published = other;
    if (other instanceof Result && typeof one === "string") other.found.published = one;
  }

  refuses(body) {
    const before = this.cases.length;
    body();
    for (const found of this.cases.slice(before)) {
      delete found.published;
      found.refused = true;
    }
  }
}

class Lexer {
  // Gives more tokens than any case looks at; what they are is nobody's concern here.
  setInput(template) {
    collector.add(template, undefined, {});
    this.left = 99;
  }

  lex() {
    this.left -= 1;
    return this.left > 0 ? 1 : 0;
  }
}

// Why a case is none for us, if so.
function apart({ template, options, data, partials, helpers, given }) {
  const texts = [template, ...Object.values(partials)];
  if (!texts.every((text) => typeof text === "string")) return "a template that is no text";
  if (Object.keys(options || {}).some((name) => name !== "data")) return "options";
  if (Object.keys(given || {}).length) return "data beside the context";
  if (helpers.some((name) => name.endsWith("Missing") || texts.some((text) => text.includes(name)))) return "helpers";
  if (!plain(data)) return "functions";
  if (data !== undefined && (data === null || typeof data !== "object" || Array.isArray(data))) return "a context that is no object";
  return undefined;
}

function plain(value) {
  if (typeof value === "function") return false;
  if (value === null || typeof value !== "object") return true;
  if (![Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value))) return false;
  return Object.values(value).every(plain);
}

const collector = new Collector();
Object.assign(global, {
  describe: (name, body) => collector.describe(name, body),
  it: (name, body) => collector.it(name, body),
  beforeEach: (hook) => collector.hooks.push(hook),
  afterEach: () => {},
  equal: (one, other) => collector.equals(one, other),
  equals: (one, other) => collector.equals(one, other),
  shouldThrow: (body) => collector.refuses(body),
  shouldCompileTo: (template, given, expected) => collector.should(template, given, expected),
  shouldCompileToWithPartials: (template, given, _, expected) => collector.should(template, given, expected),
  compileWithPartials: (template, given) => collector.should(template, given),
  CompilerContext: {
    compile: (template, options) => collector.compile(template, options),
    compileWithPartial: (template, options) => collector.compile(template, options),
  },
  Handlebars: Object.assign(Object.create(Handlebars), {
    AST: { ProgramNode: Object, ContentNode: Object },
    create: () => collector.environment(),
    compile: (template) => collector.compile(template),
    parse: (template) => collector.add(template, undefined, {}),
    print: () => "",
    Parser: { lexer: new Lexer(), terminals_: { 1: "ID" } },
  }),
});
FILES.forEach((file) => collector.run(file));
const cases = collector.cases.filter((found) => !found.apart);
const reasons = {};
for (const { apart: reason } of collector.cases) if (reason) reasons[reason] = (reasons[reason] || 0) + 1;
process.stdout.write(JSON.stringify({ cases, apart: reasons, broken: collector.broken }));
