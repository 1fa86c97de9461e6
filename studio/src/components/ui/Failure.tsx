import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";

interface Props {
  error: unknown;
  /** What could not be done: "The users could not be read". */
  title?: string;
  retry?: () => void;
}

/** Something went wrong: what, in the API's own words, and a way to try again. */
export function Failure({ error, title = "This could not be shown", retry }: Props) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{words(error)}</Text>
        {retry && (
          <Group>
            <Button size="xs" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={retry}>
              Try again
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

/** What an error says to people. */
export function words(error: unknown): string {
  return error instanceof Error && error.message ? error.message : "Something went wrong, and nobody said what.";
}
