import { ActionIcon, Button, Group, Paper, Popover, TextInput, Tooltip } from "@mantine/core";
import { IconBold, IconBraces, IconItalic, IconLink, IconStrikethrough, IconUnderline, type Icon } from "@tabler/icons-react";
import { type Editor, useEditorState } from "@tiptap/react";
import { useState } from "react";
import classes from "./MarkBar.module.css";

const MARKS: readonly (readonly [string, string, Icon, string])[] = [
  ["bold", "Bold", IconBold, "Ctrl B"],
  ["italic", "Italic", IconItalic, "Ctrl I"],
  ["strike", "Strike through", IconStrikethrough, "Ctrl Shift S"],
  ["underline", "Underline", IconUnderline, "Ctrl U"],
];

/** How the chosen words look: above the text that is edited. */
export function MarkBar({ editor, underline }: { editor: Editor; underline: boolean }) {
  const active = useEditorState({
    editor,
    selector: ({ editor: now }) => ({
      marks: MARKS.filter(([mark]) => now.isActive(mark)).map(([mark]) => mark),
      href: now.isActive("link") ? String(now.getAttributes("link").href) : undefined,
      isEmpty: now.state.selection.empty,
      isFocused: now.isFocused,
    }),
  });
  const [linking, setLinking] = useState(false);
  // It lies over the block above, so it is there only while somebody writes.
  const isShown = active.isFocused || linking;
  return (
    <Paper className={classes.bar ?? ""} hidden={!isShown} withBorder role="toolbar" aria-label="Look of the words" onMouseDown={(event) => event.target instanceof HTMLInputElement || event.preventDefault()}>
      <Group gap={2} wrap="nowrap">
        {MARKS.filter(([mark]) => underline || mark !== "underline").map(([mark, label, Icon, keys]) => (
          <Tooltip key={mark} label={`${label} (${keys})`}>
            <ActionIcon
              variant={active.marks.includes(mark) ? "light" : "subtle"}
              color={active.marks.includes(mark) ? "teal" : "gray"}
              aria-label={label}
              aria-pressed={active.marks.includes(mark)}
              onClick={() => editor.chain().focus().toggleMark(mark).run()}
            >
              <Icon size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        ))}
        <LinkButton opened={linking} setOpened={setLinking} editor={editor} href={active.href} disabled={active.isEmpty && active.href === undefined} />
        <Tooltip label="Variable (type {)">
          <ActionIcon variant="subtle" color="gray" aria-label="Insert a variable" onClick={() => editor.chain().focus().insertContent("{").run()}>
            <IconBraces size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Paper>
  );
}

interface LinkProps {
  editor: Editor;
  href: string | undefined;
  disabled: boolean;
  opened: boolean;
  setOpened: (opened: boolean) => void;
}

function LinkButton({ editor, href, disabled, opened, setOpened }: LinkProps) {
  const [typed, setTyped] = useState("");
  const isLink = href !== undefined;
  const apply = (address: string) => {
    const chain = editor.chain().focus().extendMarkRange("link");
    if (address) chain.setMark("link", { href: address }).run();
    else chain.unsetMark("link").run();
    setOpened(false);
  };
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus withinPortal shadow="md">
      <Popover.Target>
        <Tooltip label="Link (choose words first)">
          <ActionIcon
            variant={isLink ? "light" : "subtle"}
            color={isLink ? "teal" : "gray"}
            aria-label="Link"
            aria-pressed={isLink}
            disabled={disabled}
            onClick={() => {
              setTyped(href ?? "https://");
              setOpened(true);
            }}
          >
            <IconLink size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            apply(typed.trim());
          }}
        >
          <Group gap="xs" align="flex-end">
            <TextInput label="Address" size="xs" w="16rem" data-autofocus value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
            <Button size="xs" type="submit">
              Set
            </Button>
            {isLink && (
              <Button size="xs" variant="default" onClick={() => apply("")}>
                Remove
              </Button>
            )}
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
