#include "CSimdjson.h"

// Error codes alone: no exception may cross the door.
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

// ---------------------------------------------------------------------------------- the index

struct CSJIndex {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

extern "C" CSJIndex *CSJIndexCreate(void) { return new (std::nothrow) CSJIndex(); }

extern "C" void CSJIndexDestroy(CSJIndex *index) { delete index; }

extern "C" const char *CSJImplementationName(void) {
    static const std::string name = simdjson::get_active_implementation()->name();
    return name.c_str();
}

static constexpr size_t longest = 0x7FFFFF00u;

static bool makeRoom(CSJIndex *index, size_t length) {
    if (index->parser && index->parser->capacity() >= length) return true;
    // The second stage is never run, so its depth costs nothing.
    const size_t capacity = length < (1u << 17) ? (1u << 17) : length + length / 4;
    if (index->parser) return index->parser->set_capacity(capacity) == simdjson::SUCCESS;
    return simdjson::get_active_implementation()->create_dom_parser_implementation(
               capacity, 1, index->parser) == simdjson::SUCCESS;
}

extern "C" CSJStatus CSJIndexBuild(
    CSJIndex *index, const uint8_t *bytes, size_t length, CSJTokens *tokens) {
    *tokens = CSJTokens{bytes, nullptr, 0, 0};
    if (length == 0) return CSJStatusEmpty;
    // Half of what 32-bit offsets reach: the depth of a text fits a signed number, too.
    if (length > longest || !makeRoom(index, length)) return CSJStatusTooLarge;
    const auto error = index->parser->stage1(bytes, length, simdjson::stage1_mode::regular);
    switch (error) {
    case simdjson::SUCCESS:
    case simdjson::UTF8_ERROR: break;
    case simdjson::EMPTY: return CSJStatusEmpty;
    case simdjson::UNCLOSED_STRING: return CSJStatusUnclosedString;
    case simdjson::UNESCAPED_CHARS: return CSJStatusControlCharacter;
    default: return CSJStatusMalformed;
    }
    tokens->tokens = index->parser->structural_indexes.get();
    tokens->count = index->parser->n_structural_indexes;
    tokens->length = static_cast<uint32_t>(length);
    return error == simdjson::SUCCESS ? CSJStatusReady : CSJStatusInvalidUTF8;
}

// ----------------------------------------------------------------------------------- the plan

namespace {

constexpr uint32_t failed = 0xFFFFFFFFu;

inline uint64_t load8(const uint8_t *bytes) {
    uint64_t word;
    std::memcpy(&word, bytes, 8);
    return word;
}

/// The first and the last eight bytes of a key: nearly always the whole of it.
///
/// Reads eight bytes whatever the length: keys lie inside padded text.
struct Key {
    uint64_t head, tail;
    uint32_t length;

    static Key of(const uint8_t *bytes, uint32_t length) {
        if (length >= 8) return {load8(bytes), load8(bytes + length - 8), length};
        const uint64_t kept = length == 0 ? 0 : load8(bytes) << (64 - 8 * length);
        return {kept, 0, length};
    }
    bool operator==(const Key &other) const {
        return head == other.head && tail == other.tail && length == other.length;
    }
};

struct Node;

struct Child {
    Key key{0, 0, 0};
    const uint8_t *text = nullptr;
    Node *node = nullptr;
    /// The next has a key of the same length.
    bool hasNext = false;
};

struct Node {
    int slot = -1;
    int mark = -1;
    /// Whose walk begins at an object here, and which of the inner walks that is.
    const CSJPlan *plan = nullptr;
    size_t inner = 0;
    /// What each item of a list, or each value of a map, leads to.
    Node *items = nullptr;
    Node *values = nullptr;
    /// A slot lies below: an object that is broken here fails the walk. Marks alone look past it,
    /// and past keys that are spelled with escapes.
    bool isStrict = false;
    /// By the length of their keys.
    std::vector<Child> children;
    /// By length, the last for all that are longer: the first child of that length and one, or 0.
    /// Most keys of a text are of another length than any that is looked for.
    uint8_t first[64] = {};

    static uint32_t capped(uint32_t length) { return length < 63 ? length : 63; }

    const Node *find(const uint8_t *bytes, uint32_t length) const {
        const uint8_t place = first[capped(length)];
        if (place == 0) return nullptr;
        const Key key = Key::of(bytes, length);
        const Child *child = &children[place - 1];
        while (true) {
            if (child->key == key
                && (length <= 16 || std::memcmp(child->text, bytes, length) == 0)) {
                return child->node;
            }
            if (!child->hasNext) return nullptr;
            ++child;
        }
    }

    /// False for more children than a place can name.
    bool sortChildren() {
        if (children.size() > 255) return false;
        std::sort(children.begin(), children.end(), [](const Child &left, const Child &right) {
            return capped(left.key.length) < capped(right.key.length);
        });
        for (size_t place = children.size(); place > 0; --place) {
            uint8_t &known = first[capped(children[place - 1].key.length)];
            children[place - 1].hasNext = known != 0;
            known = static_cast<uint8_t>(place);
        }
        return true;
    }
};

}  // namespace

struct CSJPlan {
    size_t slotCount = 0;
    size_t markWords = 0;
    size_t innerCount = 0;
    std::vector<std::unique_ptr<Node>> nodes;
    std::vector<std::unique_ptr<uint8_t[]>> texts;
    /// The node of each slot.
    std::vector<Node *> slots;

    Node *add() {
        nodes.push_back(std::make_unique<Node>());
        return nodes.back().get();
    }

    Node *child(Node *parent, const char *bytes, size_t length) {
        for (const Child &known : parent->children) {
            if (known.key.length == length && std::memcmp(known.text, bytes, length) == 0) {
                return known.node;
            }
        }
        auto text = std::make_unique<uint8_t[]>(length + 8);
        std::memcpy(text.get(), bytes, length);
        Child made;
        made.key = Key::of(text.get(), static_cast<uint32_t>(length));
        made.text = text.get();
        made.node = add();
        texts.push_back(std::move(text));
        parent->children.push_back(made);
        return made.node;
    }

    /// The node behind one key, which may say with `[]` or `{}` that all that it holds is meant.
    Node *step(Node *parent, const char *bytes, size_t length) {
        const bool isList = length > 2 && std::memcmp(bytes + length - 2, "[]", 2) == 0;
        const bool isMap = length > 2 && std::memcmp(bytes + length - 2, "{}", 2) == 0;
        Node *node = child(parent, bytes, isList || isMap ? length - 2 : length);
        if (!isList && !isMap) return node;
        Node *&each = isList ? node->items : node->values;
        if (each == nullptr) each = add();
        return each;
    }

    /// - Parameter hasSlot: what is broken on the way there fails the walk.
    Node *follow(const char *path, bool hasSlot) {
        Node *node = nodes.front().get();
        for (const char *key = path;;) {
            node->isStrict |= hasSlot;
            const char *end = std::strchr(key, '>');
            node = step(node, key, end ? static_cast<size_t>(end - key) : std::strlen(key));
            if (!end) return node;
            key = end + 1;
        }
    }
};

extern "C" CSJPlan *CSJPlanCreate(
    const char *const *paths, size_t count, const char *const *marks, size_t markCount) {
    auto plan = std::make_unique<CSJPlan>();
    plan->slotCount = count;
    plan->markWords = (markCount + 63) / 64;
    plan->add();
    for (size_t slot = 0; slot < count; ++slot) {
        Node *node = plan->follow(paths[slot], true);
        if (node->slot >= 0) return nullptr;
        node->slot = static_cast<int>(slot);
        plan->slots.push_back(node);
    }
    for (size_t mark = 0; mark < markCount; ++mark) {
        Node *node = plan->follow(marks[mark], false);
        if (node->mark >= 0) return nullptr;
        node->mark = static_cast<int>(mark);
    }
    for (auto &node : plan->nodes) {
        if (!node->sortChildren()) return nullptr;
    }
    return plan.release();
}

extern "C" void CSJPlanNest(CSJPlan *plan, size_t slot, const CSJPlan *inner) {
    plan->slots[slot]->plan = inner;
    plan->slots[slot]->inner = plan->innerCount++;
}

extern "C" void CSJPlanDestroy(CSJPlan *plan) { delete plan; }

// ----------------------------------------------------------------------------------- the walk

namespace {

struct Nesting {
    int8_t step[256] = {};
    constexpr Nesting() {
        step[static_cast<int>('{')] = 1;
        step[static_cast<int>('[')] = 1;
        step[static_cast<int>('}')] = -1;
        step[static_cast<int>(']')] = -1;
    }
};
constexpr Nesting nesting;

inline bool isSpace(uint8_t byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/// The token behind the value at a token; counts brackets, so depth costs nothing.
inline uint32_t skip(const CSJTokens &text, uint32_t token, uint32_t limit) {
    const uint32_t *tokens = text.tokens;
    const uint8_t *bytes = text.bytes;
    int32_t depth = nesting.step[bytes[tokens[token]]];
    if (depth <= 0) return depth < 0 ? failed : token + 1;
    // Four at a time as long as none of them is the last.
    while (text.count - token > 4 && tokens[token + 4] < limit) {
        const int32_t one = depth + nesting.step[bytes[tokens[token + 1]]];
        const int32_t two = one + nesting.step[bytes[tokens[token + 2]]];
        const int32_t three = two + nesting.step[bytes[tokens[token + 3]]];
        const int32_t four = three + nesting.step[bytes[tokens[token + 4]]];
        if (((one - 1) | (two - 1) | (three - 1) | (four - 1)) < 0) break;
        depth = four;
        token += 4;
    }
    while (depth > 0) {
        const uint32_t offset = tokens[++token];
        if (offset >= limit) return failed;
        depth += nesting.step[bytes[offset]];
    }
    return token + 1;
}

/// The offset of the closing quote of the string at an offset, whose next token is `next`.
inline uint32_t closingQuote(const uint8_t *bytes, uint32_t start, uint32_t next) {
    uint32_t end = next - 1;
    while (bytes[end] != '"' && isSpace(bytes[end])) --end;
    return end > start && bytes[end] == '"' ? end : failed;
}

inline bool holdsBackslash(const uint8_t *bytes, uint32_t length) {
    // Steps of sixteen may look behind the string, into padding or the rest of the text.
#if defined(__SSE2__)
    const __m128i wanted = _mm_set1_epi8('\\');
    for (uint32_t at = 0; at < length; at += 16) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes + at));
        uint32_t hits = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, wanted)));
        if (length - at < 16) hits &= (1u << (length - at)) - 1;
        if (hits != 0) return true;
    }
    return false;
#elif defined(__ARM_NEON)
    const uint8x16_t wanted = vdupq_n_u8('\\');
    uint32_t at = 0;
    for (; at + 16 <= length; at += 16) {
        if (vmaxvq_u8(vceqq_u8(vld1q_u8(bytes + at), wanted)) != 0) return true;
    }
    return length > at && std::memchr(bytes + at, '\\', length - at) != nullptr;
#else
    return std::memchr(bytes, '\\', length) != nullptr;
#endif
}

/// Reads an integer; a number with a fraction or out of range is a number all the same.
void readNumber(const uint8_t *bytes, uint32_t length, CSJValue &value) {
    const bool negative = length > 0 && bytes[0] == '-';
    uint32_t at = negative ? 1 : 0;
    if (at >= length || bytes[at] < '0' || bytes[at] > '9') {
        value.kind = CSJKindInvalid;
        return;
    }
    value.kind = CSJKindNumber;
    int64_t sum = 0;
    for (; at < length; ++at) {
        if (bytes[at] < '0' || bytes[at] > '9') return;
        if (__builtin_mul_overflow(sum, 10, &sum)) return;
        const int64_t digit = bytes[at] - '0';
        if (__builtin_add_overflow(sum, negative ? -digit : digit, &sum)) return;
    }
    value.integer = sum;
}

void readWord(const uint8_t *bytes, uint32_t length, CSJValue &value) {
    if (length == 4 && std::memcmp(bytes, "true", 4) == 0) {
        value.kind = CSJKindBool;
        value.integer = 1;
    } else if (length == 5 && std::memcmp(bytes, "false", 5) == 0) {
        value.kind = CSJKindBool;
    } else if (length == 4 && std::memcmp(bytes, "null", 4) == 0) {
        value.kind = CSJKindNull;
    } else {
        readNumber(bytes, length, value);
    }
}

/// Fills `value` from a list or an object whose end is known.
inline void fillContainer(
    const CSJTokens &text, uint32_t token, uint32_t after, CSJValue &value) {
    const uint32_t start = text.tokens[token];
    value.token = token;
    value.integer = 0;
    value.escaped = false;
    value.after = after;
    value.bytes = text.bytes + start;
    value.kind = text.bytes[start] == '{' ? CSJKindObject : CSJKindArray;
    value.length = text.tokens[after - 1] + 1 - start;
}

/// Fills `value` from the token, and returns the token behind it.
inline uint32_t fill(
    const CSJTokens &text, uint32_t token, uint32_t limit, CSJValue &value) {
    const uint32_t start = text.tokens[token];
    const uint8_t first = text.bytes[start];
    if (nesting.step[first] > 0) {
        const uint32_t after = skip(text, token, limit);
        if (after != failed) fillContainer(text, token, after, value);
        return after;
    }
    if (nesting.step[first] < 0) return failed;
    value.token = token;
    value.after = token + 1;
    value.integer = 0;
    value.escaped = false;
    const uint32_t next = text.tokens[token + 1];
    uint32_t end = next < limit ? next : limit;
    if (first == '"') {
        end = closingQuote(text.bytes, start, end);
        if (end == failed) return failed;
        value.kind = CSJKindString;
        value.bytes = text.bytes + start + 1;
        value.length = end - start - 1;
        value.escaped = holdsBackslash(value.bytes, value.length);
        return token + 1;
    }
    while (end > start && isSpace(text.bytes[end - 1])) --end;
    value.bytes = text.bytes + start;
    value.length = end - start;
    readWord(value.bytes, value.length, value);
    return token + 1;
}

/// The child for a key that is spelled with escapes.
__attribute__((noinline)) const Node *findEscaped(
    const Node &node, const uint8_t *key, uint32_t length) {
    uint8_t plain[128];
    if (length > sizeof plain - 8) return nullptr;
    const size_t plainLength = CSJUnescape(key, length, plain);
    std::memset(plain + plainLength, 0, 8);
    return node.find(plain, static_cast<uint32_t>(plainLength));
}

/// The child for a key; a key that is spelled with escapes is the key that it spells.
inline const Node *findChild(const Node &node, const uint8_t *key, uint32_t length) {
    const Node *child = node.find(key, length);
    if (child != nullptr) return child;
    if (node.isStrict && holdsBackslash(key, length)) child = findEscaped(node, key, length);
    return child ? child : node.values;
}

/// One walk: what it reads, and what it fills.
struct Walk {
    const CSJTokens &text;
    uint32_t limit;
    CSJValue *slots;
    uint64_t *marks;
    /// Null where nobody asks for inner walks.
    CSJInner *inners;
};

uint32_t walkMembers(const Walk &walk, const Node &node, uint32_t token);
uint32_t walkItems(const Walk &walk, const Node &item, uint32_t token);

/// Passes over members whose keys have no child's length and whose values are no containers.
///
/// Most members are such, and here they cost a few steps each. Moves `token` to the next key that
/// needs a closer look, or behind the object; returns whether that is its end. Behind the closing
/// quote of a key comes a colon, unless the text was written with spaces.
inline bool passOver(const Walk &walk, const Node &node, uint32_t &token) {
    const uint8_t *const bytes = walk.text.bytes;
    const uint32_t *at = walk.text.tokens + token;
    const uint32_t *const last = walk.text.tokens + walk.text.count;
    bool isEnd = false;
    while (!isEnd && last - at > 4 && at[4] < walk.limit) {
        // A key, the colon, the value, and a comma or the end.
        const uint32_t colon = at[1];
        const uint32_t length = colon - at[0] - 2;
        const uint8_t end = bytes[at[3]];
        if (node.first[Node::capped(length)] != 0 || bytes[colon] != ':'
            || bytes[colon - 1] != '"' || nesting.step[bytes[at[2]]] != 0) {
            break;
        }
        isEnd = end == '}';
        if (!isEnd && end != ',') break;
        at += 4;
    }
    token = static_cast<uint32_t>(at - walk.text.tokens);
    return isEnd;
}

/// The token behind the object at a token.
inline uint32_t walkObject(const Walk &walk, const Node &node, uint32_t token) {
    if (walk.text.tokens[++token] >= walk.limit) return failed;
    if (walk.text.bytes[walk.text.tokens[token]] == '}') return token + 1;
    if (!node.isStrict && !node.values && passOver(walk, node, token)) return token;
    return walkMembers(walk, node, token);
}

/// Walks another plan over the object at a token.
uint32_t walkInner(const Walk &walk, const Node &node, uint32_t token) {
    CSJInner &inner = walk.inners[node.inner];
    const CSJPlan &plan = *node.plan;
    std::memset(inner.slots, 0, plan.slotCount * sizeof(CSJValue));
    std::memset(inner.marks, 0, plan.markWords * sizeof(uint64_t));
    const Walk deeper{walk.text, walk.limit, inner.slots, inner.marks, nullptr};
    const uint32_t after = walkObject(deeper, *plan.nodes.front(), token);
    inner.isRead = after != failed;
    return after;
}

/// Goes into a list or an object where the plan does; `token` itself where it does not.
inline uint32_t walkInside(const Walk &walk, const Node &node, uint32_t token, uint8_t first) {
    if (first == '[') return node.items ? walkItems(walk, *node.items, token) : token;
    if (node.plan && walk.inners) return walkInner(walk, node, token);
    return node.children.empty() && !node.values ? token : walkObject(walk, node, token);
}

inline void setMark(const Walk &walk, const Node &node) {
    if (node.mark >= 0) walk.marks[node.mark / 64] |= 1ull << (node.mark % 64);
}

/// Walks a value that the plan knows; what is null or empty gets no mark, as it says nothing.
inline uint32_t walkValue(const Walk &walk, const Node &node, uint32_t token) {
    const uint8_t first = walk.text.bytes[walk.text.tokens[token]];
    const int8_t step = nesting.step[first];
    if (step <= 0) {
        if (first != 'n') setMark(walk, node);
        if (node.slot >= 0) return fill(walk.text, token, walk.limit, walk.slots[node.slot]);
        return step < 0 ? failed : token + 1;
    }
    uint32_t after = walkInside(walk, node, token, first);
    if (after == failed && node.isStrict) return failed;
    if (after == failed || after == token) after = skip(walk.text, token, walk.limit);
    if (after == failed) return failed;
    if (after != token + 2) setMark(walk, node);
    if (node.slot >= 0) fillContainer(walk.text, token, after, walk.slots[node.slot]);
    return after;
}

/// The token behind the list at a token.
uint32_t walkItems(const Walk &walk, const Node &item, uint32_t token) {
    const uint8_t *bytes = walk.text.bytes;
    const uint32_t *tokens = walk.text.tokens;
    if (tokens[++token] >= walk.limit) return failed;
    if (bytes[tokens[token]] == ']') return token + 1;
    while (true) {
        token = walkValue(walk, item, token);
        if (token == failed || tokens[token] >= walk.limit) return failed;
        const uint8_t end = bytes[tokens[token]];
        if (end == ']') return token + 1;
        if (end != ',' || tokens[++token] >= walk.limit) return failed;
    }
}

/// Walks the members of an object from the key at a token on; returns the token behind it.
///
/// Recurses as deep as the plan's paths are long, never as deep as the text nests.
uint32_t walkMembers(const Walk &walk, const Node &node, uint32_t token) {
    const uint8_t *const bytes = walk.text.bytes;
    const uint32_t *const tokens = walk.text.tokens;
    const uint32_t limit = walk.limit;
    while (true) {
        const uint32_t offset = tokens[token];
        // Tokens go up, and behind the last stands the length of the text twice.
        const uint32_t colon = tokens[token + 1];
        const uint32_t value = tokens[token + 2];
        if (value >= limit || bytes[offset] != '"' || bytes[colon] != ':') return failed;
        const uint32_t quote = closingQuote(bytes, offset, colon);
        if (quote == failed) return failed;
        const Node *child = findChild(node, bytes + offset + 1, quote - offset - 1);
        token += 2;
        if (child != nullptr) token = walkValue(walk, *child, token);
        else if (nesting.step[bytes[value]] == 0) ++token;
        else token = skip(walk.text, token, limit);
        if (token == failed || tokens[token] >= limit) return failed;
        const uint8_t end = bytes[tokens[token]];
        if (end != ',') return end == '}' ? token + 1 : failed;
        if (tokens[++token] >= limit) return failed;
        if (!node.isStrict && !node.values && passOver(walk, node, token)) return token;
    }
}

}  // namespace

extern "C" CSJStatus CSJWalk(
    const CSJTokens *tokens, const CSJPlan *plan, uint32_t token, uint32_t limit,
    CSJValue *slots, CSJInner *inners, uint32_t *after) {
    std::memset(slots, 0, plan->slotCount * sizeof(CSJValue));
    for (size_t inner = 0; inners && inner < plan->innerCount; ++inner) {
        inners[inner].isRead = false;
    }
    if (limit > tokens->length) limit = tokens->length;
    if (token >= tokens->count || tokens->tokens[token] >= limit
        || tokens->bytes[tokens->tokens[token]] != '{') {
        return CSJStatusMalformed;
    }
    const Walk walk{*tokens, limit, slots, nullptr, inners};
    const uint32_t end = walkObject(walk, *plan->nodes.front(), token);
    if (end == failed) return CSJStatusMalformed;
    *after = end;
    return CSJStatusReady;
}

extern "C" CSJValue CSJValueAt(const CSJTokens *tokens, uint32_t token, uint32_t limit) {
    CSJValue value{};
    if (limit > tokens->length) limit = tokens->length;
    if (token >= tokens->count || tokens->tokens[token] >= limit) return value;
    if (fill(*tokens, token, limit, value) == failed) return CSJValue{};
    return value;
}

// ------------------------------------------------------------------------------------ escapes

namespace {

/// Four hexadecimal digits, or -1.
int32_t hexadecimal(const uint8_t *bytes, const uint8_t *end) {
    if (end - bytes < 4) return -1;
    int32_t value = 0;
    for (int digit = 0; digit < 4; ++digit) {
        const uint8_t byte = bytes[digit];
        if (byte >= '0' && byte <= '9') value = value * 16 + (byte - '0');
        else if (byte >= 'a' && byte <= 'f') value = value * 16 + (byte - 'a' + 10);
        else if (byte >= 'A' && byte <= 'F') value = value * 16 + (byte - 'A' + 10);
        else return -1;
    }
    return value;
}

uint8_t *encode(uint32_t scalar, uint8_t *out) {
    if (scalar < 0x80) {
        *out++ = static_cast<uint8_t>(scalar);
    } else if (scalar < 0x800) {
        *out++ = static_cast<uint8_t>(0xC0 | scalar >> 6);
        *out++ = static_cast<uint8_t>(0x80 | (scalar & 63));
    } else if (scalar < 0x10000) {
        *out++ = static_cast<uint8_t>(0xE0 | scalar >> 12);
        *out++ = static_cast<uint8_t>(0x80 | (scalar >> 6 & 63));
        *out++ = static_cast<uint8_t>(0x80 | (scalar & 63));
    } else {
        *out++ = static_cast<uint8_t>(0xF0 | scalar >> 18);
        *out++ = static_cast<uint8_t>(0x80 | (scalar >> 12 & 63));
        *out++ = static_cast<uint8_t>(0x80 | (scalar >> 6 & 63));
        *out++ = static_cast<uint8_t>(0x80 | (scalar & 63));
    }
    return out;
}

/// Reads what follows `\u` and moves behind it.
uint32_t unicodeEscape(const uint8_t *&bytes, const uint8_t *end) {
    const int32_t high = hexadecimal(bytes, end);
    if (high < 0) return '?';
    bytes += 4;
    if (high < 0xD800 || high > 0xDFFF) return static_cast<uint32_t>(high);
    if (high < 0xDC00 && end - bytes >= 6 && bytes[0] == '\\' && bytes[1] == 'u') {
        const int32_t low = hexadecimal(bytes + 2, end);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            bytes += 6;
            return 0x10000u + (static_cast<uint32_t>(high - 0xD800) << 10)
                + static_cast<uint32_t>(low - 0xDC00);
        }
    }
    return 0xFFFD;
}

uint8_t simpleEscape(uint8_t letter) {
    switch (letter) {
    case '"': case '\\': case '/': return letter;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return '?';
    }
}

}  // namespace

extern "C" size_t CSJUnescape(const uint8_t *bytes, size_t length, uint8_t *out) {
    const uint8_t *const start = out;
    const uint8_t *const end = bytes + length;
    while (bytes < end) {
        const void *found = std::memchr(bytes, '\\', static_cast<size_t>(end - bytes));
        const uint8_t *slash = found ? static_cast<const uint8_t *>(found) : end;
        std::memmove(out, bytes, static_cast<size_t>(slash - bytes));
        out += slash - bytes;
        if (slash == end) break;
        if (slash + 1 == end) {
            *out++ = '?';
            break;
        }
        bytes = slash + 2;
        if (slash[1] == 'u') {
            out = encode(unicodeEscape(bytes, end), out);
        } else {
            *out++ = simpleEscape(slash[1]);
        }
    }
    return static_cast<size_t>(out - start);
}

extern "C" size_t CSJFindByte(const uint8_t *bytes, size_t length, uint8_t byte) {
    if (length == 0) return 0;
    const void *found = std::memchr(bytes, byte, length);
    return found ? static_cast<size_t>(static_cast<const uint8_t *>(found) - bytes) : length;
}
