import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Settings } from "#/components/settings/Settings";
import { Card } from "#/components/ui/Card";
import { Loaded } from "#/components/ui/Loaded";
import { accountQuery } from "#/services/account";
import { sessionQuery } from "#/services/session";
import { NewAccount } from "./NewAccount";
import { PasswordCard } from "./PasswordCard";
import { ProfileCard } from "./ProfileCard";
import { SecondFactorCard } from "./SecondFactorCard";
import { Sessions } from "./Sessions";

/** How I sign in, and where I am signed in. */
export function OwnAccount() {
  const { data: session } = useQuery(sessionQuery);
  return (
    <Settings part="/settings/account">
      {session && !session.account ? <NewAccount /> : <Known />}
      <Sessions />
    </Settings>
  );
}

function Known() {
  const account = useQuery(accountQuery);
  return (
    <Loaded query={account}>
      {(data) => (
        <>
          <ProfileCard account={data} />
          {data.has_identity && (
            <Card title="Single sign-on">
              <Text size="sm" c="dimmed" maw="42rem">
                You sign in with your identity provider. It asks for a second factor itself, where it wants one.
              </Text>
            </Card>
          )}
          {data.has_password && (
            <>
              <PasswordCard account={data} />
              <SecondFactorCard account={data} />
              <Card title="Lost your password?">
                <Text size="sm" c="dimmed" maw="42rem">
                  An administrator makes you a link under Team, or whoever runs the server does with <code>tidings accounts link</code>.
                </Text>
              </Card>
            </>
          )}
        </>
      )}
    </Loaded>
  );
}
