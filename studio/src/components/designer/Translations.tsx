import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Line } from "#/components/words/Line";
import { WordsView } from "#/components/words/WordsView";
import { WordsEditor } from "#/components/words/WordsEditor";
import { written } from "#/elemental/editing";
import { readSaid, writeSaid } from "#/elemental/inline/said";
import { dropLocale, isTranslated, localesOf, saidIn, sayIn, type Sentence, sentencesOf } from "#/elemental/locales";
import { keyOf, type Node, textOf } from "#/elemental/node";
import { kindOf } from "#/elemental/registry";
import { useDesigner } from "./designer";
import classes from "./Translations.module.css";

const FIELD_WORDS: Readonly<Record<string, string>> = { content: "", title: "", href: "address", src: "address of the picture", alt_text: "words in its place" };

/** All that is said, and what it is in another language, side by side. */
export function Translations() {
  const { document, edit, readOnly } = useDesigner();
  const locales = localesOf(document);
  const [chosen, choose] = useState<string | undefined>(locales[0]);
  const [typed, setTyped] = useState("");
  const sentences = sentencesOf(document);
  const shown = [...new Set([...locales, ...(chosen ? [chosen] : [])])];
  const words = sentences.filter(({ field }) => field === "content" || field === "title");
  const add = () => {
    if (!/^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/.test(typed.trim())) return;
    choose(typed.trim());
    setTyped("");
  };

  return (
    <Stack>
      <Text size="sm" c="dimmed">
        A user is told in the language of their profile: <code>pt-BR</code> is looked for, then <code>pt</code>, else what stands at the left.
      </Text>
      <Group gap="xs" align="flex-end">
        {shown.map((locale) => (
          <Button key={locale} size="xs" variant={locale === chosen ? "light" : "default"} aria-pressed={locale === chosen} onClick={() => choose(locale)}>
            {locale} · {words.filter(({ node, field }) => isTranslated(node, field, locale)).length}/{words.length}
          </Button>
        ))}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <Group gap={6} wrap="nowrap">
            <TextInput size="xs" w="7rem" aria-label="Language to add" placeholder="fr, pt-BR" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
            <Button size="xs" variant="default" type="submit" disabled={readOnly || !typed.trim()}>
              Add a language
            </Button>
          </Group>
        </form>
        {chosen && locales.includes(chosen) && !readOnly && (
          <ConfirmButton
            size="xs"
            variant="subtle"
            color="red"
            question={`All that is said in ${chosen} goes. “Take back” brings it again.`}
            verb="Remove"
            act={() => {
              edit((now) => dropLocale(now, chosen));
              choose(locales.find((locale) => locale !== chosen));
              return Promise.resolve();
            }}
          >
            Remove {chosen}
          </ConfirmButton>
        )}
      </Group>
      {chosen &&
        sentences.map((sentence) => <Row key={`${chosen} ${keyOf(sentence.node)} ${sentence.field}`} sentence={sentence} locale={chosen} />)}
    </Stack>
  );
}

function Row({ sentence: { node, field, path }, locale }: { sentence: Sentence; locale: string }) {
  const { edit, variables, readOnly } = useDesigner();
  const said = saidIn(node, locale);
  const label = [node.type === "list-item" ? "Item" : kindOf(node.type).label, FIELD_WORDS[field]].filter(Boolean).join(", ");
  const isRich = field === "content" && (node.type === "text" || node.type === "quote" || node.type === "list-item") && readSaid(node) !== undefined;
  const set = (fields: Parameters<typeof sayIn>[3]) => edit((now) => sayIn(now, path, locale, fields), `${keyOf(node)} ${locale} ${field}`);
  return (
    <div className={classes.row} data-path={written(path)}>
      <div className={classes.side}>
        <Text size="xs" c="dimmed">
          {label}
        </Text>
        <Original node={node} field={field} />
      </div>
      <div className={classes.side} data-open={!isTranslated(node, field, locale) || undefined}>
        {readOnly ? (
          <Text size="sm">{textOf(said, field)}</Text>
        ) : isRich ? (
          <WordsEditor
            words={readSaid(said) ?? { type: "doc", content: [{ type: "paragraph" }] }}
            label={`${label} in ${locale}`}
            placeholder="as at the left"
            variables={variables}
            onChange={(changed) => set(Array.isArray(node.elements) ? writeSaid({ elements: said.elements ?? [{ type: "string", content: "" }] }, changed, { structured: true }) : writeSaid(said, changed, { structured: false }))}
          />
        ) : (
          <Line framed={false} label={`${label} in ${locale}`} value={textOf(said, field)} placeholder="as at the left" variables={variables} onChange={(value) => set({ [field]: value || undefined })} />
        )}
      </div>
    </div>
  );
}

function Original({ node, field }: { node: Node; field: string }) {
  const words = field === "content" ? readSaid(node) : undefined;
  return words ? <WordsView words={words} /> : <Text size="sm">{textOf(node, field)}</Text>;
}
