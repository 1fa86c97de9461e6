import { Button } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Empty } from "#/components/ui/Empty";
import { Page } from "#/components/ui/Page";

/** No screen has this address, or what it named is not there any more. */
export function NotFound() {
  return (
    <Page title="Not found">
      <Empty
        icon={IconMapOff}
        title="Nothing has this address"
        action={
          <Button component={Link} to="/" variant="default">
            Go to Home
          </Button>
        }
      >
        It may have been deleted, or it is in another environment.
      </Empty>
    </Page>
  );
}
