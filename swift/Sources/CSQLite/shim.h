// SQLite as the system has it; Apple's SDKs have a module of their own, SQLite3.
#include <sqlite3.h>
