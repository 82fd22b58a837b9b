/*===- docs/design/model/hybrid.pml - The protocol of the mode `hybrid` -----------------------------===
 *
 * Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===------------------------------------------------------------------------------------------------===
 *
 * Two mutators, a collector that is also the marker and the sweeper, OBJECTS slots for objects of one
 * field, and one global variable. README.md says what stands for what, which function of the runtime each
 * transition is, how to run it, and why what is left out hides nothing.
 *
 * Safety: the assertion `!freed_while_reachable`. Liveness: the claim `cycles_end` (-DLIVENESS).
 *
 * Every option of a process is one step: what happens between two of them is what others can do there.
 *
 *===------------------------------------------------------------------------------------------------===*/

#ifndef OBJECTS
#define OBJECTS 3
#endif
#define ALL ((1 << (OBJECTS + 1)) - 2)

#if OBJECTS >= 4
#define EACH(OPTION) OPTION(1) OPTION(2) OPTION(3) OPTION(4)
#elif OBJECTS == 3
#define EACH(OPTION) OPTION(1) OPTION(2) OPTION(3)
#elif OBJECTS == 2
#define EACH(OPTION) OPTION(1) OPTION(2)
#else
#define EACH(OPTION) OPTION(1)
#endif

/* A slot is its number; 0 is null. Sets of slots are masks. */
#define bit(o) (1 << (o))
#define in(o, set) (((set) >> (o)) & 1)
#define as_set(o) (bit(o) & ALL)

/*===--- State --------------------------------------------------------------------------------------===*/

byte field[OBJECTS + 1]; /* what objects refer to; field[0] is the global variable */
byte used;               /* slots with an object */
byte marked;             /* mark bits, of free slots too */
byte work;               /* still to be looked at: logged words, then grey objects; bit 0 is the root job */
byte unswept;            /* slots in spans of the last generation */

#define FIRST 0
#define SECOND 1
#define ONLY 2
byte variable[3];    /* mutator 0 has two local variables, mutator 1 has one; with SHARED it also reads and writes SECOND */
bool fresh;       /* variable[FIRST] is an object that nobody else has seen, without a safepoint since */
byte reserved[2]; /* the rest of the run of the mutator's cache: one free slot or none */
byte logged[2];   /* the mutator's barrier buffer */

/* A store whose barrier has run and whose write has not: 0 is none. */
#define GLOBAL 0
#define OBJECT 1
#define PENDING(base, value) (1 + (base) + 2 * (value))
#define PENDING_LOCAL 7 /* of mutator 1 to mutator 0's SECOND */
byte pending[2];

#define RUNNING 0
#define PARKED 1
#define HELD 2
byte state; /* of mutator 1 */

#define OFF 0
#define BARRIER_ON 1
#define BARRIER_ON_AGAIN 2
#define SCANNING 3
#define MARKING 4
#define TERMINATION 5
#define BARRIER_OFF 6
#define SWEEPING 7
byte phase = OFF;
bool waiting[2]; /* has not answered the phase's handshake */
bool lost_white; /* a white object has been deleted in this round of termination */

/* A step budget, so that in the claim of liveness every mutator comes to a safepoint. */
#ifdef LIVENESS
#define STEPS 2
byte steps[2];
#ifdef NEVER_POLLS
#define HAS_STEP(m) true
#else
#define HAS_STEP(m) (!waiting[m] || steps[m] < STEPS)
#endif
#define STEP(m) if :: waiting[m] && steps[m] < STEPS -> steps[m]++ :: else fi
#else
#define HAS_STEP(m) true
#define STEP(m) skip
#endif

/*===--- What is derived from the phase -------------------------------------------------------------===*/

/* What the last test of the barrier's flag may have said: the test holds until the next safepoint. */
#define MAY_BE_UP(m) ((phase >= BARRIER_ON && phase <= TERMINATION) || (phase == BARRIER_OFF && waiting[m]))
#define MAY_BE_DOWN(m) \
  (phase == OFF || phase >= BARRIER_OFF || (phase == BARRIER_ON && waiting[m]))

/* Allocates marked objects. */
#ifdef BLACK_BEFORE_SCAN
#define EARLY_BLACK(m) (phase == SCANNING || (phase == BARRIER_ON_AGAIN && !waiting[m]))
#else
#define EARLY_BLACK(m) false
#endif
#ifdef BLACK_WITHOUT_GENERATION
#define BLACK_AGAIN(m) (phase == SWEEPING && waiting[m])
#else
#define BLACK_AGAIN(m) false
#endif
#define BLACK(m) \
  ((phase == SCANNING && !waiting[m]) || (phase >= MARKING && phase <= BARRIER_OFF) || EARLY_BLACK(m) || \
   BLACK_AGAIN(m))

/* Mark bits may be set. */
#ifdef MARK_BEFORE_SCAN
#define MAY_MARK (phase >= SCANNING && phase <= BARRIER_OFF)
#define MARKS (phase == SCANNING || phase == MARKING)
#else
#define MAY_MARK (phase >= MARKING && phase <= BARRIER_OFF)
#define MARKS (phase == MARKING)
#endif

/* Where a mutator can do something or answer. */
#define BETWEEN_STEPS(m) (pending[m] == 0 && ((m) == 0 || state == RUNNING))
#ifdef POLL_IN_BARRIER
#define AT_SAFEPOINT(m) ((m) == 0 || state == RUNNING)
#else
#define AT_SAFEPOINT(m) BETWEEN_STEPS(m)
#endif
#define CAN_STEP(m) (BETWEEN_STEPS(m) && HAS_STEP(m))

#define first(m) variable[2 * (m)]

/*===--- Reachability, and states that are the same -------------------------------------------------===*/

c_code {
  /* What can be reached from the variables; all but `hidden` of them. A pending store is among them: its
     mutator has both its objects in local variables. */
  static unsigned reachable_without(int hidden) {
    unsigned live = 0;
    int root, o;
    for (root = -1; root < 3; ++root)
      if (root != hidden)
        for (o = root < 0 ? now.field[0] : now.variable[root]; o != 0 && !(live >> o & 1); o = now.field[o])
          live |= 1u << o;
    return live;
  }

  static unsigned renamed(unsigned set, const int *name) {
    unsigned result = set & 1;
    int o;
    for (o = 1; o <= OBJECTS; ++o)
      if (set >> o & 1)
        result |= 1u << name[o];
    return result;
  }

  /* Objects that nothing leads to any more, neither a variable nor what is to be looked at, lose their
     field. Then slots are numbered by how the variables reach them, and the others by what they are. */
  static void make_canonical(void) {
#ifndef PLAIN
    int name[OBJECTS + 1] = {0};
    unsigned char old_field[OBJECTS + 1];
    unsigned needed = reachable_without(3), waits = now.work | now.logged[0] | now.logged[1];
    int root, o, named = 0, key, best, chosen = 0;
    for (root = 1; root <= OBJECTS; ++root)
      if (waits >> root & 1)
        for (o = root; o != 0 && !(needed >> o & 1) && (waits >> o & 1 || !(now.marked >> o & 1)); o = now.field[o])
          needed |= 1u << o;
    for (o = 1; o <= OBJECTS; ++o)
      if (!(needed >> o & 1))
        now.field[o] = 0;
    for (root = -1; root < 3; ++root)
      for (o = root < 0 ? now.field[0] : now.variable[root]; o != 0 && name[o] == 0; o = now.field[o])
        name[o] = ++named;
    while (named < OBJECTS) {
      for (o = 1, best = 0; o <= OBJECTS; ++o) {
        key = 1 + ((now.used >> o & 1) << 7 | (now.reserved[0] >> o & 1) << 6 |
                   (now.reserved[1] >> o & 1) << 5 | (now.unswept >> o & 1) << 4 | (now.marked >> o & 1) << 3 |
                   (now.work >> o & 1) << 2 | (now.logged[0] >> o & 1) << 1 | (now.logged[1] >> o & 1));
        if (name[o] == 0 && key > best)
          best = key, chosen = o;
      }
      for (o = chosen; o != 0 && name[o] == 0; o = now.field[o])
        name[o] = ++named;
    }
    for (o = 0; o <= OBJECTS; ++o)
      old_field[o] = now.field[o];
    for (o = 0; o <= OBJECTS; ++o)
      now.field[name[o]] = name[old_field[o]];
    for (root = 0; root < 3; ++root)
      now.variable[root] = name[now.variable[root]];
    now.used = renamed(now.used, name);
    now.marked = renamed(now.marked, name);
    now.work = renamed(now.work, name);
    now.unswept = renamed(now.unswept, name);
    for (o = 0; o < 2; ++o) {
      now.reserved[o] = renamed(now.reserved[o], name);
      now.logged[o] = renamed(now.logged[o], name);
    }
#endif
  }
}
#define CANONICAL c_code { make_canonical(); }
#define REACHABLE(o) c_expr { (reachable_without(3) >> o & 1) }
#define ONLY_IN_FIRST c_expr { !(reachable_without(0) >> now.variable[0] & 1) }

/*===--- Handshakes ---------------------------------------------------------------------------------===*/

#define ANSWERED (!waiting[0] && !waiting[1])

inline enter(next) {
  phase = next;
  waiting[0] = true;
  waiting[1] = true
}

/* Words to be looked at: greyed, once that is allowed. */
inline shade(set) {
  work = work | ((set) & used & ~marked);
  if
  :: MAY_MARK -> marked = marked | ((set) & used)
  :: else
  fi
}

/* What is done at a safepoint of mutator m, by itself or, while it is parked, by the collector. */
inline answer(m) {
  if
  :: phase == SCANNING ->
    if
    :: (m) == 0 -> shade(as_set(variable[FIRST]) | as_set(variable[SECOND]))
    :: else -> shade(as_set(variable[ONLY]))
    fi;
    marked = marked | reserved[m]
#ifndef NO_SNAPSHOT
  :: phase == BARRIER_ON_AGAIN ->
    if
    :: (m) == 0 -> shade(as_set(variable[FIRST]) | as_set(variable[SECOND]))
    :: else -> shade(as_set(variable[ONLY]))
    fi;
    if
    :: EARLY_BLACK(m) -> marked = marked | reserved[m]
    :: else
    fi
#endif
  :: phase == TERMINATION -> shade(logged[m]); logged[m] = 0
  :: phase == BARRIER_OFF ->
#ifndef VARIANT
    assert((logged[m] & ~marked) == 0); /* Step 8 */
#endif
    logged[m] = 0
  :: phase == SWEEPING -> reserved[m] = 0
  :: else ->
    if
    :: EARLY_BLACK(m) -> marked = marked | reserved[m]
    :: else
    fi
  fi;
  waiting[m] = false;
  if
  :: (m) == 0 -> fresh = false
  :: else
  fi;
#ifdef LIVENESS
  steps[m] = 0;
#endif
  CANONICAL
}

/*===--- Mutators -----------------------------------------------------------------------------------===*/

/* What a barrier has seen. Before marks are set a buffer is as good as the list that it goes to. */
inline remember(m, set) {
  if
  :: phase >= MARKING || MAY_MARK -> logged[m] = logged[m] | ((set) & ~marked)
  :: else -> work = work | (set)
  fi
}

#if defined(NO_DELETION)
#define OVERWRITTEN(value) 0
#elif defined(NO_DELETION_BEFORE_SCAN)
#define OVERWRITTEN(value) (phase < SCANNING -> 0 : as_set(value))
#else
#define OVERWRITTEN(value) as_set(value)
#endif
#define OLD(slot) OVERWRITTEN(field[slot])
#if defined(NO_INSERTION)
#define NEW(value) (phase <= SCANNING -> 0 : as_set(value))
#elif defined(NO_INSERTION_LATER)
#define NEW(value) (phase > SCANNING -> 0 : as_set(value))
#else
#define NEW(value) as_set(value)
#endif
#ifdef NO_DELETE_LOG
#define DELETED(o) 0
#else
#define DELETED(o) as_set(field[o])
#endif

/* The object is about to be known to others. */
#define PUBLISH(m, value) if :: (m) == 0 && (value) != 0 && (value) == variable[FIRST] -> fresh = false :: else fi

#ifdef POLL_IN_BARRIER
#define WRITE(m, which, slot, value) pending[m] = which
#else
#define WRITE(m, which, slot, value) field[slot] = value
#endif

/* `*slot = value`: the barrier, and later the write; or the write alone. */
#define STORE(m, which, allowed, slot, value) \
  :: d_step { \
       CAN_STEP(m) && (allowed) && MAY_BE_UP(m) -> \
       STEP(m); PUBLISH(m, value); remember(m, OLD(slot) | NEW(value)); pending[m] = which; CANONICAL \
     } \
  :: d_step { \
       CAN_STEP(m) && (allowed) && MAY_BE_DOWN(m) -> \
       STEP(m); PUBLISH(m, value); WRITE(m, which, slot, value); CANONICAL \
     }
#define COMPLETE(m, which, slot, value) \
  :: d_step { pending[m] == which -> field[slot] = value; pending[m] = 0; CANONICAL }

/* `SECOND = value`: a local variable of mutator 0 that mutator 1 may read. Only the new half: barrier and write are one
   step, because the value stays where it was until then, which is private. */
#ifdef LOCALS_WITHOUT_BARRIER
#define SHOWN(value) 0
#else
#define SHOWN(value) as_set(value)
#endif
#define STORE_LOCAL(allowed, value) \
  :: d_step { \
       CAN_STEP(0) && (allowed) && MAY_BE_UP(0) -> \
       STEP(0); PUBLISH(0, value); remember(0, SHOWN(value)); variable[SECOND] = value; CANONICAL \
     } \
  :: d_step { \
       CAN_STEP(0) && (allowed) && MAY_BE_DOWN(0) -> \
       STEP(0); PUBLISH(0, value); variable[SECOND] = value; CANONICAL \
     }

/* A slot that was black when it was deleted, or given back by a mutator that ended, has its mark bit still. */
#ifdef WHITE_KEEPS_MARKS
#define KEEPS_MARKS (phase != SWEEPING)
#else
#define KEEPS_MARKS false
#endif

/* A free slot for the cache: the slow path of allocation, a safepoint. It may be reached on the way from
   a safepoint that a handshake has overtaken, so a mutator that is waited for can still do it. */
#define RESERVE(m, o) \
  :: d_step { \
       CAN_STEP(m) && reserved[m] == 0 && !in(o, used | reserved[0] | reserved[1]) -> \
       STEP(m); \
       reserved[m] = bit(o); \
       unswept = unswept & ~bit(o); \
       if \
       :: BLACK(m) -> marked = marked | bit(o) \
       :: !BLACK(m) && !KEEPS_MARKS -> marked = marked & ~bit(o) \
       :: else \
       fi; \
       if :: (m) == 0 -> fresh = false :: else fi; \
       CANONICAL \
     }
#define RESERVE_0(o) RESERVE(0, o)
#define RESERVE_1(o) RESERVE(1, o)

/* The reserved slot becomes an object: in line, no safepoint. Its colour is what its mark bit says. */
#define ALLOCATE(m, o) \
  :: d_step { \
       CAN_STEP(m) && in(o, reserved[m]) -> \
       STEP(m); \
       reserved[m] = 0; \
       used = used | bit(o); \
       field[o] = 0; \
       first(m) = o; \
       if :: (m) == 0 -> fresh = true :: else fi; \
       CANONICAL \
     }
#define ALLOCATE_0(o) ALLOCATE(0, o)
#define ALLOCATE_1(o) ALLOCATE(1, o)

inline delete() {
  used = used & ~bit(variable[FIRST]);
  /* A buffer that had it has a word that is no object any more. */
  if
#ifndef DELETE_UNNOTICED
  :: phase == TERMINATION && !in(variable[FIRST], marked) -> lost_white = true
#endif
  :: phase != TERMINATION -> work = work & ~bit(variable[FIRST])
  :: else
  fi;
  logged[0] = logged[0] & ~bit(variable[FIRST]);
  logged[1] = logged[1] & ~bit(variable[FIRST]);
  field[variable[FIRST]] = 0;
  variable[FIRST] = 0;
  fresh = false;
  CANONICAL
}

active proctype Mutator_0() {
  do
  /* A safepoint: with a handshake, or only the end of what is fresh. */
  :: d_step { waiting[0] && AT_SAFEPOINT(0) -> answer(0) }
  :: d_step { fresh && BETWEEN_STEPS(0) && !waiting[0] -> fresh = false; CANONICAL }
  EACH(RESERVE_0)
  EACH(ALLOCATE_0)
  /* Loads and moves. */
  :: d_step { CAN_STEP(0) && variable[FIRST] != field[0] -> STEP(0); variable[FIRST] = field[0]; fresh = false; CANONICAL }
#ifdef SHARED
  STORE_LOCAL(variable[FIRST] != 0, field[variable[FIRST]])
  STORE_LOCAL(variable[FIRST] != variable[SECOND], variable[FIRST])
#else
  :: d_step { CAN_STEP(0) && variable[FIRST] != 0 -> STEP(0); variable[SECOND] = field[variable[FIRST]]; CANONICAL }
  :: d_step { CAN_STEP(0) && variable[FIRST] != variable[SECOND] -> STEP(0); variable[SECOND] = variable[FIRST]; CANONICAL }
#endif
  :: d_step { CAN_STEP(0) && variable[FIRST] != variable[SECOND] -> STEP(0); variable[FIRST] = variable[SECOND]; fresh = false; CANONICAL }
  :: d_step { CAN_STEP(0) && variable[FIRST] != 0 -> STEP(0); variable[FIRST] = 0; fresh = false; CANONICAL }
  :: d_step { CAN_STEP(0) && variable[SECOND] != 0 -> STEP(0); variable[SECOND] = 0; CANONICAL }
  /* A store to a fresh object has no barrier. */
  :: d_step { CAN_STEP(0) && fresh -> STEP(0); field[variable[FIRST]] = variable[SECOND]; CANONICAL }
  STORE(0, PENDING(GLOBAL, 0), true, 0, 0)
  STORE(0, PENDING(GLOBAL, 1), variable[FIRST] != 0, 0, variable[FIRST])
  STORE(0, PENDING(OBJECT, 0), variable[FIRST] != 0, variable[FIRST], 0)
  STORE(0, PENDING(OBJECT, 2), variable[FIRST] != 0 && variable[SECOND] != 0 && variable[SECOND] != variable[FIRST], variable[FIRST], variable[SECOND])
  COMPLETE(0, PENDING(GLOBAL, 0), 0, 0)
  COMPLETE(0, PENDING(GLOBAL, 1), 0, variable[FIRST])
  COMPLETE(0, PENDING(OBJECT, 0), variable[FIRST], 0)
  COMPLETE(0, PENDING(OBJECT, 2), variable[FIRST], variable[SECOND])
  /* A full buffer. */
  :: d_step { logged[0] != 0 && phase != BARRIER_OFF && BETWEEN_STEPS(0) -> shade(logged[0]); logged[0] = 0; CANONICAL }
  /* delete. The words of the object are logged while the barrier is on. */
#ifndef SMALL
  :: d_step { CAN_STEP(0) && variable[FIRST] != 0 && MAY_BE_UP(0) && ONLY_IN_FIRST -> STEP(0); remember(0, DELETED(variable[FIRST])); delete() }
  :: d_step { CAN_STEP(0) && variable[FIRST] != 0 && MAY_BE_DOWN(0) && ONLY_IN_FIRST -> STEP(0); delete() }
#endif
  od
}

active proctype Mutator_1() {
  do
  :: d_step { waiting[1] && AT_SAFEPOINT(1) -> answer(1) }
#ifndef SMALL
  EACH(RESERVE_1)
  EACH(ALLOCATE_1)
#endif
  :: d_step { CAN_STEP(1) && variable[ONLY] != field[0] -> STEP(1); variable[ONLY] = field[0]; CANONICAL }
  :: d_step { CAN_STEP(1) && variable[ONLY] != 0 -> STEP(1); variable[ONLY] = field[variable[ONLY]]; CANONICAL }
  :: d_step { CAN_STEP(1) && variable[ONLY] != 0 -> STEP(1); variable[ONLY] = 0; CANONICAL }
#ifdef SHARED
  /* The other's local variable. */
  :: d_step { CAN_STEP(1) && variable[ONLY] != variable[SECOND] -> STEP(1); variable[ONLY] = variable[SECOND]; CANONICAL }
  :: d_step {
       CAN_STEP(1) && variable[ONLY] != variable[SECOND] && MAY_BE_UP(1) ->
       STEP(1); remember(1, OVERWRITTEN(variable[SECOND]) | NEW(variable[ONLY])); pending[1] = PENDING_LOCAL; CANONICAL
     }
  :: d_step {
       CAN_STEP(1) && variable[ONLY] != variable[SECOND] && MAY_BE_DOWN(1) ->
       STEP(1); variable[SECOND] = variable[ONLY]; CANONICAL
     }
  :: d_step { pending[1] == PENDING_LOCAL -> variable[SECOND] = variable[ONLY]; pending[1] = 0; CANONICAL }
#endif
  STORE(1, PENDING(GLOBAL, 0), true, 0, 0)
  STORE(1, PENDING(GLOBAL, 1), variable[ONLY] != 0, 0, variable[ONLY])
  STORE(1, PENDING(OBJECT, 0), variable[ONLY] != 0, variable[ONLY], 0)
  COMPLETE(1, PENDING(GLOBAL, 0), 0, 0)
  COMPLETE(1, PENDING(GLOBAL, 1), 0, variable[ONLY])
  COMPLETE(1, PENDING(OBJECT, 0), variable[ONLY], 0)
  :: d_step { logged[1] != 0 && phase != BARRIER_OFF && BETWEEN_STEPS(1) -> shade(logged[1]); logged[1] = 0; CANONICAL }
  /* The cache is given back: the mutator has ended, and another begins with its state. */
  :: d_step { CAN_STEP(1) && reserved[1] != 0 -> STEP(1); reserved[1] = 0; CANONICAL }
  /* Parked: in a blocking call. The collector answers; it waits here while it is held. */
  :: d_step { CAN_STEP(1) && waiting[1] -> STEP(1); state = PARKED }
  :: d_step { state == PARKED -> state = RUNNING }
  od
}

/*===--- The collector ------------------------------------------------------------------------------===*/

#define SCAN(o) \
  :: d_step { MARKS && in(o, work) -> work = work & ~bit(o); shade(as_set(field[o])); CANONICAL }
/* A stale word on a stack, or a number that looks like a pointer. */
#define FIND_BY_ACCIDENT(o) \
  :: d_step { MARKS && in(o, used & ~marked) -> shade(bit(o)); CANONICAL }

#define SWEPT(o) unswept = unswept & ~bit(o); marked = marked & ~bit(o); CANONICAL
#define MAY_SWEEP(o) (phase == SWEEPING && in(o, unswept & ~reserved[0] & ~reserved[1]))
#define freed_while_reachable(o) REACHABLE(o)
#define SWEEP(o) \
  :: d_step { MAY_SWEEP(o) && in(o, marked | ~used) -> SWEPT(o) } \
  :: d_step { \
       MAY_SWEEP(o) && in(o, used & ~marked) -> \
       assert(!freed_while_reachable(o)); used = used & ~bit(o); field[o] = 0; SWEPT(o) \
     }

#ifdef SWEEP_OPENS_EARLY
#define SWEEP_ENDS ((unswept & ~reserved[0] & ~reserved[1]) == 0)
#else
#define SWEEP_ENDS (ANSWERED && unswept == 0)
#endif

/* The logged words become grey objects, and the root job is there. */
#define BEGIN_TO_MARK marked = marked | work; work = work | bit(0); CANONICAL
#ifdef MARK_BEFORE_SCAN
#define BEFORE_SCAN BEGIN_TO_MARK
#define AFTER_SCAN skip
#else
#define BEFORE_SCAN skip
#define AFTER_SCAN BEGIN_TO_MARK
#endif

active proctype Collector() {
#ifdef ANSWER_UNHELD
  bool held;
#endif
  do
  /* The handshake with a parked mutator. */
#ifdef ANSWER_UNHELD
  :: d_step { !held && waiting[1] && state == PARKED -> held = true }
  :: d_step { held -> held = false; if :: waiting[1] -> answer(1) :: else fi }
#else
  :: d_step { waiting[1] && state == PARKED -> state = HELD }
  :: d_step { state == HELD -> state = RUNNING; answer(1) }
#endif
  /* The phases. */
  :: d_step { phase == OFF -> enter(BARRIER_ON) }
#ifdef ONE_HANDSHAKE
  :: d_step { phase == BARRIER_ON && ANSWERED -> enter(SCANNING); BEFORE_SCAN }
#else
  :: d_step { phase == BARRIER_ON && ANSWERED -> enter(BARRIER_ON_AGAIN) }
#endif
  :: d_step { phase == BARRIER_ON_AGAIN && ANSWERED -> enter(SCANNING); BEFORE_SCAN }
  :: d_step { phase == SCANNING && ANSWERED -> phase = MARKING; AFTER_SCAN }
  EACH(SCAN)
  SCAN(0)
  EACH(FIND_BY_ACCIDENT)
  :: d_step { phase == MARKING && work == 0 -> enter(TERMINATION) }
  :: d_step { phase == TERMINATION && ANSWERED && (work != 0 || lost_white) -> phase = MARKING; lost_white = false }
  :: d_step { phase == TERMINATION && ANSWERED && work == 0 && !lost_white -> enter(BARRIER_OFF) }
  :: d_step { phase == BARRIER_OFF && ANSWERED -> enter(SWEEPING); unswept = ALL; CANONICAL }
  EACH(SWEEP)
  :: d_step { phase == SWEEPING && SWEEP_ENDS -> phase = OFF }
  od
}

#ifdef LIVENESS
ltl cycles_end { []<>(phase == OFF) }
#endif
