import { ActionIcon, Badge, Button, Drawer, Group, Menu, Text, TextInput, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconArrowLeft, IconDots, IconHistory, IconLanguage, IconSend, IconSettings } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { environment } from "#/api/environment";
import { localesOf } from "#/elemental/locales";
import type { Preview, PreviewAsked, Template } from "#/services/templates";
import type { Facts } from "./designer";
import { PublishDialog } from "./PublishDialog";
import { SaveStatus } from "./SaveStatus";
import { SendDialog } from "./SendDialog";
import { Settings } from "./Settings";
import classes from "./TopBar.module.css";
import type { Saving } from "./useAutosave";
import type { useEditing } from "./useEditing";
import { Versions } from "./Versions";

interface Props {
  template: Template;
  facts: Facts;
  setFacts: (facts: Facts) => void;
  saving: Saving;
  editing: ReturnType<typeof useEditing>;
  preview: Preview | undefined;
  panel: string | undefined;
  open: (panel: string | undefined) => void;
  sample: PreviewAsked;
}

/** The template's name, whether it is saved, and what can be done with the whole of it. */
export function TopBar({ template, facts, setFacts, saving, editing, preview, panel, open, sample }: Props) {
  const close = () => open(undefined);
  const locales = localesOf(editing.document).length;
  const readOnly = template.submission_id !== undefined;
  return (
    <Group justify="space-between" gap="sm">
      <title>{`${facts.name} · ${environment()} · tidings`}</title>
      <Group gap="xs" flex="1 1 20rem" wrap="nowrap" miw={0}>
        <Tooltip label="All templates">
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="All templates" renderRoot={(props) => <Link to="/templates" {...props} />}>
            <IconArrowLeft size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <h1 className={classes.title}>
          <TextInput
            variant="unstyled"
            aria-label="Name of the template"
            classNames={{ input: classes.name ?? "" }}
            value={facts.name}
            readOnly={readOnly}
            maxLength={255}
            error={facts.name.trim() ? undefined : "a template has a name"}
            onChange={({ currentTarget: { value } }) => setFacts({ ...facts, name: value })}
          />
        </h1>
        <Badge variant="light" color={template.state === "PUBLISHED" ? "teal" : "gray"} tt="none" className={classes.badge ?? ""}>
          {readOnly ? "handed in" : template.state === "PUBLISHED" ? "published" : "draft"}
        </Badge>
      </Group>
      <Group gap={6}>
        <SaveStatus saving={saving} template={template} editing={editing} setFacts={setFacts} />
        <Tooltip label="Take back (Ctrl Z)">
          <ActionIcon className={classes.quiet ?? ""} variant="subtle" color="gray" size="lg" aria-label="Take back" disabled={!editing.canUndo} onClick={editing.undo}>
            <IconArrowBackUp size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Do again (Ctrl Shift Z)">
          <ActionIcon className={classes.quiet ?? ""} variant="subtle" color="gray" size="lg" aria-label="Do again" disabled={!editing.canRedo} onClick={editing.redo}>
            <IconArrowForwardUp size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Menu withinPortal position="bottom-end" shadow="md">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label="More">
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconSettings size={15} aria-hidden />} onClick={() => open("settings")}>
              Settings
            </Menu.Item>
            <Menu.Item leftSection={<IconLanguage size={15} aria-hidden />} rightSection={locales > 0 && <Text size="xs">{locales}</Text>} onClick={() => open("languages")}>
              Languages
            </Menu.Item>
            <Menu.Item leftSection={<IconHistory size={15} aria-hidden />} onClick={() => open("versions")}>
              Versions
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Button variant="default" size="sm" leftSection={<IconSend size={15} aria-hidden />} onClick={() => open("send")}>
          Send to me
        </Button>
        <PublishDialog template={template} facts={facts} document={editing.document} preview={preview} saving={saving} opened={panel === "publish"} open={() => open("publish")} close={close} />
      </Group>
      <SendDialog template={template} facts={facts} document={editing.document} sample={sample} preview={preview} opened={panel === "send"} close={close} />
      <Drawer opened={panel === "settings"} onClose={close} title="Settings" position="right" size="md">
        {panel === "settings" && <Settings template={template} facts={facts} setFacts={setFacts} />}
      </Drawer>
      <Drawer opened={panel === "versions"} onClose={close} title="Versions" position="right" size="min(72rem, 100%)">
        {panel === "versions" && <Versions template={template} editing={editing} />}
      </Drawer>
    </Group>
  );
}
