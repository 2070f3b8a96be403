-- What the script calls of darktable, which writes down each call; then an export of images.
-- Arguments: the script, the command, and name and time of each image with its exported file.
local calls, storage = {}, nil
local image = {}
image.__index = image
function image:group_with(leader) print("group\t" .. leader.filename) end
package.preload["darktable"] = function()
  return {
    preferences = {
      register = function(...) assert(select("#", ...) == 6) end,
      read = function(_, name) assert(name == "command"); return arg[2] end,
    },
    control = { execute = function(command) return os.execute(command) end },
    database = { import = function(path) print("import\t" .. path); return setmetatable({}, image) end },
    print = function(said) print("said\t" .. said) end,
    print_error = function() end,
    register_storage = function(name, _, store, finalize, supported)
      storage = { store = store, finalize = finalize, supported = supported }
    end,
  }
end
dofile(arg[1])
assert(storage.supported(nil, { extension = "tif" }) == true)
assert(storage.supported(nil, { extension = "exr" }) == false)
local exported, total = {}, (#arg - 2) / 4
for place = 1, total do
  local base = 3 + 4 * (place - 1)
  local one = { path = arg[base], filename = arg[base + 1], exif_datetime_taken = arg[base + 2] }
  one.group_leader = one
  exported[one] = arg[base + 3]
  storage.store(nil, one, nil, arg[base + 3], place, total)
end
storage.finalize(nil, exported)
