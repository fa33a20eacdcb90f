#include "cli/manual.h"

#include <string_view>

#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/documents.h"
#include "core/config/keys.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

/// `text` as it stands: no macros at the beginning of a line, no escapes, minus signs that can be copied.
std::string literal(std::string_view text) {
  std::string escaped = replaceAll(replaceAll(text, "\\", "\\e"), "-", "\\-");
  if (escaped.starts_with('.') || escaped.starts_with('\'')) escaped.insert(0, "\\&");
  return escaped;
}

std::string item(const std::string& head, std::string_view text) {
  return fmt::format(".TP\n{}\n{}\n", head, text);
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", literal(text)); }

std::string items(std::span<const Word> words) {
  std::string text;
  for (const Word& word : words) text += item(bold(word.name), literal(word.help) + ".");
  return text;
}

std::string optionItem(const Key& key) {
  const std::string name = isMap(key) ? replaceAll(key.name, "*", "name") : std::string(key.name);
  std::string text = literal(key.help) + ".";
  if (!key.defaultValue.empty()) text += fmt::format("\nDefault: {}.", literal(key.defaultValue));
  if (!key.environment.empty())
    text += fmt::format("\nEnvironment: {}{}.", literal(key.environment), isMap(key) ? "NAME" : "");
  return item(fmt::format("{}\\fI{}\\fR", bold(fmt::format("-{}=", name)), literal(key.type)), text);
}

constexpr std::string_view description = R"(.SH DESCRIPTION
whimbrel brings a database from the version it has to the version you want, by running the SQL files that are
kept beside the code: V1__create_table_persons.sql, V2__alter_table_persons.sql and so on, each once and in
order.
It is compatible with the command line of Flyway Community Edition 7.15.0: configuration, file names, checksums,
history table, output and exit codes.
Several commands may stand in one line; they run in that order.
)";

constexpr std::string_view configuration = R"(.SH CONFIGURATION
Every key can be given as \-\fIkey\fR=\fIvalue\fR, as a variable of the environment, or as
flyway.\fIkey\fR=\fIvalue\fR in a file.
The command line wins over the environment, and the environment over the files.
The files are conf/flyway.conf beside the program, flyway.conf in the home folder, flyway.conf in the current
folder, and those of \-configFiles.
A password on the command line can be read by everybody on the machine: set FLYWAY_PASSWORD instead.
)";

constexpr std::string_view ending = R"(.SH EXIT STATUS
0 when everything succeeded, 1 on any failure.
.SH FILES
flyway.conf, flyway.toml: the configuration.
.SH EXAMPLES
.nf
whimbrel \-url=jdbc:mysql://127.0.0.1:3306/shop \-user=shop \-locations=filesystem:sql migrate info
.fi)";

}  // namespace

std::string manualPage() {
  std::string page = fmt::format(
      ".TH WHIMBREL 1 \"\" \"whimbrel {}\" \"User Commands\"\n"
      ".SH NAME\nwhimbrel \\- migrate databases by running SQL files in order\n"
      ".SH SYNOPSIS\n.B whimbrel\n[\\fIoption\\fR ...] \\fIcommand\\fR ...\n",
      WHIMBREL_VERSION);
  page += description;
  page += ".SH COMMANDS\n" + items(operations());
  page += configuration;
  page += ".SH OPTIONS\n";
  for (const Key& key : keys()) page += optionItem(key);
  page += ".SH FLAGS\n" + items(flags());
  page += ".SH DOCUMENTS\n";
  for (const Document& document : documents())
    page += item(bold(fmt::format("whimbrel {}", document.words)), literal(document.help) + ".");
  return page + std::string(ending);
}

}  // namespace whimbrel
