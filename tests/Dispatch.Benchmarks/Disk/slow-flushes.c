/* Put before the C library (LD_PRELOAD): every flush of a file to the disk takes SLOW_FLUSHES_US microseconds more. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static int after_a_while(const char *name, int file)
{
    int (*flush)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *given = getenv("SLOW_FLUSHES_US");
    long more = given ? atol(given) : 0;
    struct timespec left = {more / 1000000, more % 1000000 * 1000};
    int answer = flush(file), error = errno;
    nanosleep(&left, NULL);
    errno = error;
    return answer;
}

int fsync(int file) { return after_a_while("fsync", file); }

int fdatasync(int file) { return after_a_while("fdatasync", file); }
