// Reads one JSON request a line, {source, data, partials}, and answers with {text} or {error}.
const Handlebars = require("handlebars");
const lines = require("readline").createInterface({ input: process.stdin });

lines.on("line", (line) => {
  const { source, data, partials, noEscape } = JSON.parse(line);
  const engine = Handlebars.create();
  engine.log = () => {};
  engine.registerHelper("raw", (options) => options.fn());
  let answer;
  try {
    for (const [name, text] of Object.entries(partials || {})) engine.registerPartial(name, text);
    answer = { text: engine.compile(source, { noEscape })(data) };
  } catch (error) {
    answer = { error: String(error.message).slice(0, 200) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
