--[[
Fuse the selected images of darktable with `twostream fuse`, and import the result.

Put this file into ~/.config/darktable/lua/ and add the line  require "twostream"  to
~/.config/darktable/luarc. The export module then has the storage "fuse a focus stack". The
preferences of Lua say where the command twostream is.
]]

local dt = require "darktable"

local NAME = "twostream"
local FORMATS = { tif = true, tiff = true, png = true, jpg = true }

dt.preferences.register(NAME, "command", "string", "twostream: command",
  "name or path of the command twostream", "twostream")

-- A word of a shell's command, whatever characters it has.
local function quoted(word)
  return "'" .. word:gsub("'", "'\\''") .. "'"
end

-- The images in the order of their capture times, or of their names within a second.
local function in_order(exported)
  local images = {}
  for image in pairs(exported) do
    images[#images + 1] = image
  end
  table.sort(images, function(a, b)
    if a.exif_datetime_taken ~= b.exif_datetime_taken then
      return a.exif_datetime_taken < b.exif_datetime_taken
    end
    return a.filename < b.filename
  end)
  return images
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

-- A new name in the folder of the first image.
local function result_of(first)
  local stem = first.path .. "/" .. first.filename:gsub("%.[^.]*$", "") .. "_fused"
  local path, number = stem .. ".tif", 2
  while exists(path) do
    path, number = stem .. "_" .. number .. ".tif", number + 1
  end
  return path
end

-- Run the command; return nil, or an error message.
local function fuse(files, result)
  local words = { dt.preferences.read(NAME, "command", "string"), "fuse" }
  for _, file in ipairs(files) do
    words[#words + 1] = file
  end
  words[#words + 1], words[#words + 2], words[#words + 3] = "-o", result, "--quiet"
  for place, word in ipairs(words) do
    words[place] = quoted(word)
  end
  local log = os.tmpname()
  dt.control.execute(table.concat(words, " ") .. " 2>" .. quoted(log))
  local file = io.open(log)
  local said = (file and file:read("*a") or ""):gsub("%s+$", "")
  if file then file:close() end
  os.remove(log)
  if not exists(result) then
    return said ~= "" and said or "the command twostream did not run"
  end
end

local function finalize(_, exported)
  local images, files = in_order(exported), {}
  for place, image in ipairs(images) do
    files[place] = exported[image]
  end
  if #images < 2 then
    dt.print("twostream: select two images or more")
  else
    local result = result_of(images[1])
    local failure = fuse(files, result)
    if failure then
      dt.print(failure)
      dt.print_error(failure)
    else
      local fused = dt.database.import(result)
      fused:group_with(images[1].group_leader)
      dt.print("twostream: " .. result)
    end
  end
  for _, file in ipairs(files) do
    os.remove(file)
  end
end

local function store(_, _, _, _, number, total)
  dt.print("twostream: exported " .. number .. " of " .. total)
end

local function supported(_, format)
  return FORMATS[format.extension] or false
end

dt.register_storage(NAME, "fuse a focus stack", store, finalize, supported)
