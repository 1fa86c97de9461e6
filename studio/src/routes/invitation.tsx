import { createFileRoute, useLocation } from "@tanstack/react-router";
import { Invitation } from "#/components/account/Invitation";

export const Route = createFileRoute("/invitation")({ component: Screen, staticData: { open: true } });

function Screen() {
  const { hash } = useLocation();
  return <Invitation token={hash} />;
}
