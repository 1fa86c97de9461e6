import { IconBell, IconBrandSlack, IconBrandTeams, IconBrandWhatsapp, IconBroadcast, IconDeviceMobile, IconInbox, IconMail, IconMessage, IconMessages, IconWebhook, type Icon } from "@tabler/icons-react";

const ICONS: Readonly<Record<string, Icon>> = {
  default: IconBroadcast,
  email: IconMail,
  sms: IconMessage,
  push: IconDeviceMobile,
  inbox: IconInbox,
  slack: IconBrandSlack,
  msteams: IconBrandTeams,
  whatsapp: IconBrandWhatsapp,
  webhook: IconWebhook,
  banner: IconBell,
};

export function iconOf(place: string): Icon {
  return ICONS[place] ?? IconMessages;
}
