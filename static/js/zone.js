// Times in the reader's own zone. <time data-local="hm|day|full" datetime="UTC instant"> is redrawn;
// input[data-zone] is filled with the zone's name; [data-zone-name] says it in words.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const language = document.documentElement.lang || "en-GB";
const FORMS = {
  hm: { hour: "2-digit", minute: "2-digit" },
  day: { weekday: "short", day: "numeric", month: "short" },
  full: { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" },
};
for (const time of document.querySelectorAll("time[data-local]")) {
  const form = FORMS[time.dataset.local] ?? FORMS.hm;
  time.textContent = new Intl.DateTimeFormat(language, { ...form, hourCycle: "h23" }).format(new Date(time.dateTime));
}
for (const field of document.querySelectorAll("input[data-zone], select[data-zone]")) {
  if (!field.value) field.value = zone;
}
for (const place of document.querySelectorAll("[data-zone-name]")) {
  place.textContent = zone.split("/").pop().replaceAll("_", " ");
}
