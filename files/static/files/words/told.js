/**
 * What the store says, in English, where people can meet it: "told.KEY" are the page's own words for it.
 *
 * @type {Record<string, string>} what is in braces differs
 */
export const sayings = {
  changed: "the object was changed meanwhile",
  control: "the header {header} has a control character",
  full: "container {name} is not empty",
  "group.members": "the header X-Account-Group-{name} names too many members",
  "group.name": "the header X-Account-Group-{name} is no name for a group",
  groups: "an account may have at most {n} groups",
  inside: "a folder cannot be copied or moved into itself or what it is in",
  "link.downloads": "the field 'downloads' is a whole number from 1 to {n}",
  "link.expires": "the field 'expires' is a time in the future",
  "link.password": "the field 'password' is a text of 1 to {n} characters",
  links: "an account may have at most {n} links",
  list: "the list of segments that the object is made of is broken: {reason}",
  member: "the header {header} has a member that is too long",
  meta: "a resource may have at most {n} metadata keys",
  "meta.name": "the header *-Meta-{name} must have a name of 1 to {n} characters",
  "meta.times": "the header {header} comes more than {n} times",
  "meta.value": "the header {header} is longer than {n} characters",
  "name.control": "the path has a control character in the {kind} name",
  "name.long": "the path has a {kind} name of more than {n} bytes of UTF-8",
  "name.long.below": "an object name would have more than {n} bytes of UTF-8",
  policy: "X-Container-Policy-{name} cannot be {value}",
  printable: "the header {header} has characters other than printable ASCII",
  room: "{what} would take {size} bytes of headers, percent-encoded; the most is {n}",
  segment: "segment {n} of the object is gone or is not what it was",
  "sharing.form": "the header X-Object-Sharing is like read=a,b; write=c",
  "sharing.long": "the header X-Object-Sharing takes more than {n} bytes, percent-encoded",
  "sharing.nobody": "the header X-Object-Sharing has {right}= for nobody; an empty header ends the sharing",
};
