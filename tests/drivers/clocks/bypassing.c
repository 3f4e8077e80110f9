/* A driver that describes itself, to be linked so that nothing is loaded before it. */
#include <stdio.h>
#include <string.h>

#ifdef GO
/* What Go writes into every program. */
__attribute__((used)) static const char mark[] = "\xff Go buildinf:";
#endif

int main(void)
{
    char line[65536];

    while (fgets(line, sizeof line, stdin)) {
        const char *id = strstr(line, "\"id\":");
        int number = 0;
        sscanf(id ? id : "", "\"id\":%d", &number);
        printf("{\"jsonrpc\":\"2.0\",\"id\":%d,\"result\":{\"contract\":1,\"sdk\":{\"name\":"
               "\"bypassing\",\"version\":\"1\",\"language\":\"c\"},\"product\":\"dbr\","
               "\"generation\":\"dls\",\"clock\":\"preload\",\"capabilities\":[]}}\n",
               number);
        fflush(stdout);
    }
    return 0;
}
