/** "1,204", "at least 1,204". */
export function counted(count: number, isAll: boolean): string {
  const words = count.toLocaleString("en");
  return isAll ? words : `at least ${words}`;
}

/** "1 call", "2 calls". */
export function many(count: number, one: string, more = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : more}`;
}

/** What would become of the newest calls: "As things stand now, 93 of the newest 100 users would get it, 2 later." */
export function outlook(sent: number, waiting: number, users: number): string {
  const later = waiting > 0 ? `, ${waiting.toLocaleString("en")} later` : "";
  if (users === 1) return `As things stand now, its user ${sent ? "would get it" : waiting ? "would get it later" : "would not get it"}.`;
  return `As things stand now, ${sent.toLocaleString("en")} of the newest ${many(users, "user")} would get it${later}.`;
}
